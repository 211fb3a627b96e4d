/** The activity that starts an import through the API's import endpoint. */
import { ApplicationFailure, cancellationSignal } from '@temporalio/activity';

/** An import that the API has accepted: the input of its tracker. */
export interface Import {
  teamId: string;
  jobId: string;
  /** ISO 8601. */
  submittedAt: string;
}

const rowCount = 120; // the API answers small batches at once, without a job

/** Activities that call the API at this address with this key. */
export const createSubmitActivities = (baseUrl: string, apiKey: string) => ({
  async submitImport(input: { teamId: string; idempotencyKey: string }): Promise<Import> {
    const submittedAt = new Date().toISOString();
    const response = await fetch(`${baseUrl}/v2/prism/${encodeURIComponent(input.teamId)}/contact/import`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': apiKey,
        'idempotency-key': input.idempotencyKey,
      },
      body: JSON.stringify({ objects: rows(), options: { dedupe_by: 'email' } }),
      signal: cancellationSignal(),
    });
    if (!response.ok) {
      // Temporal retries it; a refused request it does not.
      const passing = [409, 429].includes(response.status) || response.status >= 500;
      const message = `The import was answered with ${response.status}`;
      throw ApplicationFailure.create({ message, nonRetryable: !passing });
    }
    const { job_id: jobId } = (await response.json()) as { job_id: string | null };
    if (jobId === null) {
      throw ApplicationFailure.nonRetryable('The import was finished at once, there is nothing to follow');
    }
    return { teamId: input.teamId, jobId, submittedAt };
  },
});

const rows = () =>
  Array.from({ length: rowCount }, (_, index) => ({
    default: { email: `person-${index + 1}@example.com`, full_name: `Person ${index + 1}` },
  }));
