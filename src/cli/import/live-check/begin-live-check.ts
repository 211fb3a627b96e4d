import type { Config } from '../../../config/config';
import { importRecordsInputSchema, type ImportRecordsInput } from '../../../core/pipeline/input';
import { fetchDefinitions } from '../../../prism/definitions/fetch-definitions';
import { CommandError } from '../../command-error';
import { exitCodes } from '../../exit-codes';
import { LiveCheck } from './live-check';

/** Timeout of the request, in milliseconds. */
const timeoutMs = 30_000;

/**
 * Fetches the properties of the import's object type from the API once, with the key and network path that a local
 * worker would use. Returns the check that compares rows with them. Throws a usage error without a key, and a
 * PrismError if the API does not return them.
 */
export async function beginLiveCheck(
  { micro, secrets }: Pick<Config, 'micro' | 'secrets'>,
  input: ImportRecordsInput,
): Promise<LiveCheck> {
  const { teamId, objectType, options: importOptions } = importRecordsInputSchema.parse(input);
  if (micro.apiKey() === null) {
    throw new CommandError(
      'live: saw no API key, expected one in MICRO_API_KEY or MICRO_API_KEY_FILE: --live asks the API for its properties. Nothing was sent.',
      exitCodes.usage,
    );
  }
  const options = {
    baseUrl: micro.baseUrl,
    apiKey: (refused?: string) => micro.apiKey({ refused }) ?? '',
    secrets,
    route: { proxy: micro.proxy(), clientCertificate: micro.clientCertificate() },
    customHeaders: micro.customHeaders(),
    timeoutMs,
  };
  return new LiveCheck(await fetchDefinitions(options, { teamId, objectType }), importOptions);
}
