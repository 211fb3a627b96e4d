import { Webhook } from 'standardwebhooks';
import { startScriptedServer, type Script, type ScriptedServer } from './scripted-server';

/** A notice as it came in, its signature checked. */
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
  /** What has come in, refused tries included; throws for one whose signature is not good. */
  notices(): ReceivedNotice[];
  /** Gives these answers to the next tries, then an empty 204. */
  answer(...scripts: Script[]): void;
  /** Forgets answers that no try has had. */
  drop(): void;
  close(): Promise<void>;
}

/** A secret as Standard Webhooks has it. */
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
