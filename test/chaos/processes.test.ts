import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Disk } from '../support/failing-disk/disk';
import { TemporaryFiles } from '../support/temporary-files';
import { until } from '../support/until';
import { Network } from './support/network';
import { Supervised } from './support/supervised';

let files: TemporaryFiles;
beforeEach(() => {
  files = new TemporaryFiles();
});
afterEach(() => files.remove());

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a process that is ended by %s is started again',
  async (signal) => {
    const logFile = join(files.folder, 'log');
    const said = () => {
      try {
        return readFileSync(logFile, 'utf8');
      } catch {
        return '';
      }
    };
    const parameters = ['-e', 'console.log("up"); setInterval(() => {}, 1000)'];
    const process_ = new Supervised({ file: process.execPath, parameters, environment: {}, logFile });
    try {
      await until(() => said() === 'up\n');
      await process_.down(signal, 0);
      await until(() => said() === 'up\nup\n');
      expect(process_.starts).toBe(2);
    } finally {
      await process_.end();
    }
  },
);

test('a network carries bytes both ways, resets what it carries when it is cut, and works again then', async () => {
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(
    0,
    '127.0.0.1',
  );
  await once(echo, 'listening');
  const network = await Network.open((echo.address() as AddressInfo).port);
  const call = async () => {
    const socket = connect(network.port, '127.0.0.1');
    socket.write('hello');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('hello');
    return socket;
  };
  const before = await call();
  const reset = once(before, 'error');
  await network.cut(0);
  expect(await reset).toMatchObject([{ code: 'ECONNRESET' }]);
  const after = await call();
  const stalled = network.stall(0);
  after.write('again');
  await stalled;
  expect((await once(after, 'data')).toString()).toBe('again');
  after.destroy();
  await network.close();
  echo.close();
});

test('a disk that is away has none of its files, takes none, and has them again when it is back', () => {
  const disk = Disk.make(join(files.folder, 'store'));
  const file = join(disk.folder, 'kept');
  writeFileSync(file, 'kept');
  disk.fail('away');
  expect(() => readFileSync(file)).toThrow(/ENOTDIR/);
  expect(() => mkdirSync(disk.folder, { recursive: true })).toThrow();
  disk.recover('away');
  expect(readFileSync(file, 'utf8')).toBe('kept');
});
