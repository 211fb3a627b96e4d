// Behind `npm run chaos`: runs the program in test/chaos directly from TypeScript.
import { createRequire } from 'node:module';

// As in the tests: the notice about Node's age concerns those who run a worker.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const require = createRequire(import.meta.url);
require('./require-typescript.cjs');
await require('../test/chaos/support/main.ts').main(process.argv.slice(2));
