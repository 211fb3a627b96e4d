import type { Client } from '@temporalio/client';
import { maxPipelineIdBytes, maxWorkflowIdBytes } from '../core/workflow-id-limits';
import { askServer } from './ask-server';
import { grpcCode, grpcCodeOf, rootMessage } from './problem';

/** The longest workflow id that a server accepts, in bytes, or why this is unknown. */
export type IdRoom = { bytes: number } | { unknown: string };

/** Why the server's limit for ids is a problem, and how to fix it. */
export interface IdRoomProblem {
  /** Whether the server certainly refuses ids; false if this is unknown. */
  certain: boolean;
  seen: string;
  fix: string;
}

/**
 * Finds the longest workflow id that the server accepts, up to {@link maxWorkflowIdBytes}, the longest that we make. No
 * API reports `limit.maxIDLength`, and `describe` accepts ids of any length. So this asks the server to start a
 * workflow without a type. The server checks the id first (`prepareStartWorkflowRequest` of servers 1.15 to 1.29; 1.32
 * does too), then refuses the missing type, so nothing starts.
 */
export async function idRoom(client: Client): Promise<IdRoom> {
  let [taken, refused] = [0, maxWorkflowIdBytes + 1];
  let bytes = maxWorkflowIdBytes;
  while (refused - taken > 1) {
    const answer = await takesId(client, bytes);
    if (typeof answer === 'string') return { unknown: answer };
    if (answer) taken = bytes;
    else refused = bytes;
    bytes = Math.floor((taken + refused) / 2);
  }
  return { bytes: taken };
}

/** Whether the server accepts an id of this length, or what it answered instead. */
async function takesId(client: Client, bytes: number): Promise<boolean | string> {
  const { namespace } = client.options;
  const workflowId = `prism-imports-id-${'0'.repeat(bytes)}`.slice(0, bytes);
  try {
    await askServer(client, ({ workflowService }) =>
      workflowService.startWorkflowExecution({ namespace, workflowId, identity: 'prism-imports doctor' }),
    );
    return 'it started a workflow of no type';
  } catch (error) {
    const message = rootMessage(error);
    const isAboutInput = grpcCodeOf(error) === grpcCode.invalidArgument;
    if (isAboutInput && /workflow ?id (?:length )?exceeds/i.test(message)) return false;
    return isAboutInput && /workflow ?type/i.test(message) ? true : message;
  }
}

/** What an operator must know about the server's limit for ids; null if it is long enough. */
export function idRoomProblem(room: IdRoom): IdRoomProblem | null {
  const needed = `limit.maxIDLength must be at least ${maxWorkflowIdBytes} there`;
  if ('unknown' in room)
    return {
      certain: false,
      seen: `asked to start a workflow of no type under an id of ${maxWorkflowIdBytes} bytes, the server said: ${room.unknown}`,
      fix: `Run this with an account that may start workflows, or check in the server's dynamic configuration: ${needed}.`,
    };
  if (room.bytes >= maxWorkflowIdBytes) return null;
  const forPipelines = room.bytes - (maxWorkflowIdBytes - maxPipelineIdBytes);
  const until =
    forPipelines > 0
      ? `give pipelines ids of at most ${forPipelines} bytes`
      : 'no pipeline can launch anything';
  return {
    certain: true,
    seen:
      `the server refuses ids of more than ${room.bytes} bytes, and ours have up to ${maxWorkflowIdBytes}: ` +
      'a workflow that uses a longer one stalls',
    fix: `Correct the server's dynamic configuration: ${needed} (deploy/temporal/dynamic-config.yaml). Until then ${until}.`,
  };
}
