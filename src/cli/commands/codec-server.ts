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
      'origin of a Temporal UI that may use it, like http://localhost:8233; repeatable',
      collect,
      [],
    )
    .option(
      '--without-token',
      'allow an --address that other hosts can reach, without PRISM_CODEC_TOKEN',
      false,
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nAnyone who can reach it can read every payload. It decodes with PRISM_ENCRYPTION_KEYS or PRISM_PAYLOAD_CODEC, and requires PRISM_CODEC_TOKEN as a bearer token if that is set.',
    )
    .action(async (flags: CodecServerFlags) => {
      const { runCodecServer } = await import('../codec-server.js');
      await runCodecServer(flags);
    });
}
