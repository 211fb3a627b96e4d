import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { testWaves, type Attacks } from './support/behind-the-wall';
import { failureOf } from './support/failure-of';
import type { WallSite } from './support/site';
import { startPipeline } from './support/victims';

/** URIs of what nobody has opened, by what they are. */
const places: Record<string, (site: WallSite) => string> = {
  'a file of the host': () => 'file:///etc/passwd',
  'the environment of the worker': () => 'file:///proc/self/environ',
  'a device without an end': () => 'file:///dev/zero',
  'a file beside the sources': ({ outside }) => outside,
  'a file that is not there': ({ outside }) => `${outside}-not-there`,
  'a way out by dots': ({ folder }) => `file://${folder}/sources/../elsewhere/passwd`,
  'a way out by encoded dots': ({ folder }) => `file://${folder}/sources/%2e%2e/elsewhere/passwd`,
  'a way out by an encoded slash': ({ folder }) => `file://${folder}/sources/..%2Felsewhere%2Fpasswd`,
  'a folder whose name begins as that of the sources': ({ folder }) =>
    `file://${folder}/sources-of-others/passwd`,
  'a link that leads out': ({ folder }) => {
    symlinkSync(join(folder, 'elsewhere', 'passwd'), join(folder, 'sources', 'link'));
    return `file://${folder}/sources/link`;
  },
  'a link to a folder that leads out': ({ folder }) => {
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'sources', 'folder-link'));
    return `file://${folder}/sources/folder-link/passwd`;
  },
  'a folder': ({ folder }) => {
    mkdirSync(join(folder, 'sources', 'folder'));
    return `file://${folder}/sources/folder`;
  },
  'what the worker itself has stored': ({ folder }) => `file://${folder}/store/pipelines`,
  'a bucket': () => 's3://somebody-elses-bucket/key',
  'another host': ({ folder }) => `file://elsewhere${folder}/sources/x`,
};

const readings = [
  {},
  { mapping: { email: 'email' } },
  { encoding: 'utf-16le', mapping: { email: 'email' } },
  { delimiter: ':' },
];

const attacks: Attacks = Object.fromEntries(
  Object.entries(places).map(([name, place]) => [
    name,
    async (site) => {
      const uri = place(site);
      for (const reading of readings) {
        const { handle } = await startPipeline(site, { uri, format: 'csv', ...reading });
        const { type, message } = await failureOf(handle);
        expect(type).toBe('InvalidInput');
        expect(message.length).toBeLessThan(2000);
        expect(message).not.toMatch(/ENOENT|EACCES|no such file/);
      }
    },
  ]),
);

/** What is refused, without the URI: the same whether the file is there or not. */
const refusalOf = async (site: WallSite, uri: string): Promise<string> => {
  const { handle } = await startPipeline(site, { uri, format: 'csv' });
  return (await failureOf(handle)).message.replaceAll(uri, 'URI');
};

testWaves({
  'what the operator has not opened is not read': attacks,
  'whether a file outside is there is not told': {
    'a file that is there and one that is not': async (site) => {
      expect(await refusalOf(site, site.outside)).toBe(await refusalOf(site, `${site.outside}-not-there`));
    },
  },
});
