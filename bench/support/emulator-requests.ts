const team = '7951e46f-5947-4685-9da7-54824ebc0f4d';
const root = `/v2/prism/${team}`;

/** The headers of every request, as an official SDK sends them. */
export const headers = {
  'x-api-key': 'bench',
  accept: 'application/json',
  'content-type': 'application/json',
};

/** Where organizations are imported and counted. */
export const importPath = `${root}/organization/import`;
export const countPath = `${root}/organization/count`;

/** Where the status of a job is asked for. */
export const statusPath = (jobId: string): string => `${root}/imports/${jobId}`;

/** Rows of an import, unless fewer are left. */
export const batchRows = 1000;

const cells = Array.from(
  { length: batchRows },
  (_, row) => `{"default":{"name":"Organization ${row} of #","primary_domain":"o${row}.b#.example"}}`,
);
const whole = pieces(batchRows);

/**
 * The body of an import of so many organizations (at most 1,000) that no batch of another number has; put together from
 * pieces, so that it costs next to nothing.
 */
export function batchBody(batch: number, rows: number = batchRows): string {
  return (rows === batchRows ? whole : pieces(rows)).join(String(batch));
}

function pieces(rows: number): string[] {
  return `{"objects":[${cells.slice(0, rows).join()}],"options":{"dedupe_by":"primary_domain"}}`.split('#');
}

/** The text of an answer. Throws when it is not a success. */
export async function ask(url: string, body?: string): Promise<string> {
  const response = await fetch(url, {
    headers,
    ...(body !== undefined && { method: 'POST', body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}
