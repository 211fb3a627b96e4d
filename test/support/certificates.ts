import { join } from 'node:path';

const path = (name: string) => join(__dirname, 'certificates', name);

/**
 * Paths of PEM files for tests, valid until 2126: an authority whose key no longer exists, a certificate of `api.test`,
 * `localhost` and 127.0.0.1, one of a client, and a self-signed one of the address fd00::7. Their keys protect nothing.
 */
export const certificates = {
  authority: path('authority.pem'),
  server: { certificate: path('server.pem'), key: path('server-key.pem') },
  address: { certificate: path('address.pem'), key: path('address-key.pem') },
  client: { certificate: path('client.pem'), key: path('client-key.pem') },
};
