import { Webhook } from 'standardwebhooks';
import { startScriptedServer, type Script, type ScriptedServer } from './scripted-server';

/** A received notice with a valid signature. */
interface ReceivedNotice {
  id: string;
  type: string;
  body: string;
  data: Record<string, unknown>;
}

/** A real receiver of webhooks. */
export interface WebhookReceiver {
  server: ScriptedServer;
  secret: string;
  /** The notices received so far, including refused attempts; throws if a signature is invalid. */
  notices(): ReceivedNotice[];
  /** Sets the answers to the next attempts, followed by an empty 204. */
  answer(...scripts: Script[]): void;
  /** Drops unused answers. */
  drop(): void;
  close(): Promise<void>;
}

/** A secret as Standard Webhooks defines it. */
export const webhookSecret = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;

/** Starts a receiver on loopback. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const server = await startScriptedServer();
  const secret = webhookSecret(7);
  const scripts: Script[] = [];
  server.answer((response, request) => {
    const script = scripts.shift();
    if (script === undefined) response.writeHead(204).end();
    else script(response, request);
  });
  return {
    server,
    secret,
    notices: () =>
      server.requests.map(({ headers, body }) => {
        const sent = new Webhook(secret).verify(body, headers as Record<string, string>) as ReceivedNotice;
        return { id: String(headers['webhook-id']), type: sent.type, body, data: sent.data };
      }),
    answer: (...next) => void scripts.push(...next),
    drop: () => void scripts.splice(0),
    close: () => server.close(),
  };
}
