// Behind `npm run chaos`: runs the program in test/chaos, which is written in TypeScript, as it stands.
import { createRequire } from 'node:module';

// As the tests have it: what it says of Node's age is for whoever runs a worker.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const require = createRequire(import.meta.url);
require('./require-typescript.cjs');
await require('../test/chaos/support/main.ts').main(process.argv.slice(2));
