import { join } from 'node:path';

const path = (name: string) => join(__dirname, 'certificates', name);

/**
 * Paths of PEM files for tests, valid until 2126: an authority whose key is gone, a certificate of `api.test`,
 * `localhost` and 127.0.0.1, and one of a client. Their keys protect nothing.
 */
export const certificates = {
  authority: path('authority.pem'),
  server: { certificate: path('server.pem'), key: path('server-key.pem') },
  client: { certificate: path('client.pem'), key: path('client-key.pem') },
};
