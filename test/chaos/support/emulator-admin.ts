import type { JournalEntry, Rule } from 'prism-emulator';
import type { Organization } from '../../support/accounting';
import { persist } from './persist';

/** A job as in the API's answer. */
export interface AnsweredJob {
  status: string;
  updated_at: string;
  results?: { id?: string | null }[];
}

/** How long it may take to start. */
const startLimitMs = 180_000;

/**
 * A client of an emulator in its own process, which may be down at any time: every request is retried until it answers.
 */
export class EmulatorAdmin {
  constructor(
    private readonly apiUrl: string,
    private readonly adminUrl: string,
  ) {}

  async addRule(rule: Rule): Promise<void> {
    await this.admin('/rules', 'POST', () => rule);
  }

  /** Removes all rules. */
  async removeRules(): Promise<void> {
    const rules = JSON.parse(await this.admin('/rules')) as { id: string }[];
    for (const { id } of rules) await this.admin(`/rules/${id}`, 'DELETE').catch(() => undefined);
  }

  /** Sets its clock; `time` is called for each attempt. */
  async setTime(time: () => Date): Promise<void> {
    await this.admin('/clock', 'PUT', () => ({ time: time().toISOString() }));
  }

  /** Every request so far. */
  async journal(): Promise<JournalEntry[]> {
    const lines = (await this.admin('/journal')).trimEnd().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalEntry);
  }

  /** Waits until it answers. */
  async isUp(): Promise<void> {
    const deadlineMs = Date.now() + startLimitMs;
    await this.admin('/clock', 'GET', undefined, () => Date.now() > deadlineMs);
  }

  /** Launches an import of organizations with this script. The same key returns the same job. */
  async launch(teamId: string, key: string, rows: number, script: object): Promise<string> {
    const objects = Array.from({ length: rows }, (_, row) => ({
      default: { name: `Org ${row}`, primary_domain: `${key}-${row}.example` },
    }));
    const { job_id: jobId } = await this.api<{ job_id: string }>(`/${teamId}/organization/import`, {
      method: 'POST',
      headers: { 'idempotency-key': key, 'x-emulator-job': JSON.stringify(script) },
      body: JSON.stringify({ objects }),
    });
    return jobId;
  }

  async job(teamId: string, jobId: string): Promise<AnsweredJob> {
    return this.api<AnsweredJob>(`/${teamId}/imports/${jobId}`);
  }

  /** Every organization of a team. */
  async organizations(teamId: string): Promise<Organization[]> {
    const found: Organization[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({ limit: '50', ...(cursor !== '' && { cursor }) });
      const page: Page = await this.api<Page>(`/${teamId}/organization?${query.toString()}`);
      for (const { id, properties } of page.data) found.push({ id, domain: properties.primary_domain });
      cursor = page.next_cursor;
    }
    return found;
  }

  private api<T>(path: string, init: RequestInit = {}): Promise<T> {
    const headers = { 'x-api-key': 'chaos-key', 'content-type': 'application/json', ...init.headers };
    return persist(async () => {
      const url = `${this.apiUrl}/v2/prism${path}`;
      const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(20_000) });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    });
  }

  private admin(path: string, method = 'GET', body?: () => object, isOver = () => false): Promise<string> {
    return persist(
      async () => {
        const response = await fetch(`${this.adminUrl}${path}`, {
          method,
          signal: AbortSignal.timeout(20_000),
          ...(body !== undefined && {
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body()),
          }),
        });
        if (!response.ok) throw new RefusedByAdmin(`${path}: ${response.status} ${await response.text()}`);
        return response.text();
      },
      { isOver, isFinal: (error) => error instanceof RefusedByAdmin },
    );
  }
}

class RefusedByAdmin extends Error {}

interface Page {
  data: { id: string; properties: { primary_domain: string } }[];
  next_cursor: string | null;
}
