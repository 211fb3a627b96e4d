import { serveAdmin } from './admin';
import { Controller } from './controller';
import type { Listener } from './http/listener';
import { serveApi } from './http/server';
import { PrismApi } from './prism/api';
import { emulatorSettings, type EmulatorOptions, type EmulatorSettings } from './settings';
import { EmulatorState } from './state';

/** A running emulator. Emulators share nothing: any number can run in one process. */
export interface PrismEmulator {
  /** Without a trailing slash, such as `http://127.0.0.1:49152`. */
  readonly baseUrl: string;
  readonly port: number;
  /** A key that it accepts. */
  readonly apiKey: string;
  /** Base URL of the admin API; null without the setting `adminPort`. */
  readonly adminUrl: string | null;
  readonly controller: Controller;
  /**
   * Closes all connections and stops. Can be called again. Rejects if the journal file could not be written completely.
   */
  readonly close: () => Promise<void>;
}

/**
 * Starts an emulator of the Prism import API on a loopback port; it needs neither a network nor an account.
 * Throws a `TypeError` for options that cannot be used; rejects if a port is taken or a file cannot be used.
 *
 * @example
 * import { startPrismEmulator } from 'prism-emulator';
 *
 * const { baseUrl, controller, close } = await startPrismEmulator({ job: { duration: '500ms' } });
 * await runMyPipeline({ baseUrl, apiKey: 'test-key' });
 * console.log(controller.counts().organization);
 * await close();
 */
export async function startPrismEmulator(options: EmulatorOptions = {}): Promise<PrismEmulator> {
  const settings = emulatorSettings(options);
  const state = await EmulatorState.open(settings);
  const listeners: Listener[] = [];
  const stop = async () => {
    for (const listener of listeners) await listener.close();
    await state.close();
  };
  try {
    const listener = await serveApi(state, new PrismApi(state));
    listeners.push(listener);
    const controller = new Controller(state, listener);
    const admin = settings.adminPort === undefined ? null : await serveAdmin(controller, settings.adminPort);
    if (admin !== null) listeners.push(admin);
    let closing: Promise<void> | undefined;
    return {
      baseUrl: listener.url,
      port: listener.port,
      apiKey: acceptedKey(settings),
      adminUrl: admin?.url ?? null,
      controller,
      close: () => (closing ??= stop()),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** If the settings name no key, any key works. */
function acceptedKey({ apiKey }: EmulatorSettings): string {
  const [first] = apiKey === undefined ? [] : Array.isArray(apiKey) ? apiKey : apiKey.keys();
  return first ?? 'emulator-key';
}
