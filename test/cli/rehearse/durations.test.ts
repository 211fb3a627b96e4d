import { startPrismEmulator, type PrismEmulator } from 'prism-emulator';
import { rehearseCommand } from '../../../src/cli/commands/rehearse';
import type { RehearseFlags } from '../../../src/cli/rehearse/rehearse';

let emulator: PrismEmulator | undefined;
afterEach(() => emulator?.close());

function flagsOf(words: string[]): RehearseFlags {
  const command = rehearseCommand().action(() => undefined);
  return command.parse(words, { from: 'user' }).opts<RehearseFlags>();
}

test.each(['1h..25h', '1h30m..25h', 'PT1H..P1DT1H', '2 hours..P1W'])(
  'the emulator understands the outage %s',
  async (text) => {
    const { outage } = flagsOf(['--outage', '1s..2s', '--outage', text]);
    emulator = await startPrismEmulator();
    for (const window of outage) emulator.controller.addRule({ ...window, respond: { status: 503 } });
    expect(outage).toHaveLength(2);
  },
);

test.each(['7d', 'P1W', 'PT36H', '1h30m'])('the emulator understands the retention %s', async (text) => {
  const { retention } = flagsOf(['--retention', text]);
  emulator = await startPrismEmulator({ retention });
  expect(emulator.baseUrl).toContain('127.0.0.1');
});
