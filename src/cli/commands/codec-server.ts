import { Command } from 'commander';
import type { CodecServerFlags } from '../codec-server';
import { jsonOption } from '../options';

const collect = (origin: string, before: string[]): string[] => [...before, origin];

/** `prism-imports codec-server` */
export function codecServerCommand(): Command {
  return new Command('codec-server')
    .description('let the Temporal UI and the temporal CLI read encrypted payloads, until Ctrl-C')
    .option('--address <host:port>', 'where to listen, port 0 for any free one', '127.0.0.1:8081')
    .option(
      '--ui <origin>',
      'a Temporal UI whose pages may ask, like http://localhost:8233; repeatable',
      collect,
      [],
    )
    .option('--without-token', 'listen beyond this machine though PRISM_CODEC_TOKEN is not set', false)
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nWhoever can send it requests can read every payload. It uses PRISM_ENCRYPTION_KEYS or PRISM_PAYLOAD_CODEC, and asks for PRISM_CODEC_TOKEN where that is set.',
    )
    .action(async (flags: CodecServerFlags) => {
      const { runCodecServer } = await import('../codec-server.js');
      await runCodecServer(flags);
    });
}
