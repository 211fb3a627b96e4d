import type { Client } from '@temporalio/client';
import { clientDataConverter } from '../codec/data-converter';
import type { Config } from '../config/config';
import { connectClient } from '../temporal/connection';

/**
 * Connects a client that reads and writes payloads as the workers do; the caller closes its `connection`. Throws
 * `CodecModuleError` if `PRISM_PAYLOAD_CODEC` cannot be used, and as {@link connectClient} does.
 */
export async function connect({ temporal, codec }: Config): Promise<Client> {
  return connectClient(temporal, await clientDataConverter(codec));
}
