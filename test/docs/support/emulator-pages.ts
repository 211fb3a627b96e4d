import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(__dirname, '..', '..', '..', 'docs');
const names = ['emulator.md', ...readdirSync(join(docs, 'emulator')).map((name) => join('emulator', name))];

/** The texts of all pages on the emulator, one after the other. */
export const emulatorPages = names.map((name) => readFileSync(join(docs, name), 'utf8')).join('\n');
