import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce, installStep, toolFolder } from './tools-folder';

const root = join(__dirname, '..', '..', '..');

/** The oldest Node that the package promises to run on, and the one of its image: the long-term support of today. */
export function nodeVersions(): { oldest: string; image: string } {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const [, oldest] = /^>=(\d+\.\d+)$/.exec(engines.node) ?? [];
  const [, image] = /^FROM node:(\d+\.\d+\.\d+)-/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8')) ?? [];
  if (oldest === undefined || image === undefined)
    throw new Error('package.json or Dockerfile names no Node.');
  return { oldest: `${oldest}.0`, image };
}

/** Path of Node of that version, by npm's package `node`, in the cache. */
export function nodeOf(version: string): Promise<string> {
  const folder = toolFolder('node', version);
  return installOnce({
    name: `Node ${version}`,
    cost: '150 MB, a few seconds',
    folder,
    product: join(folder, 'node_modules', 'node', 'bin', 'node'),
    install: async (workingFolder) => {
      const options = ['--no-audit', '--no-fund', '--prefer-offline', '--no-save'];
      await installStep('npm', ['install', '--prefix', workingFolder, ...options, `node@${version}`], {
        advice: 'The npm registry must be reachable.',
      });
    },
  });
}
