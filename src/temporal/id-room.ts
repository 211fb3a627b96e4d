import type { Client } from '@temporalio/client';
import { maxPipelineIdBytes, maxWorkflowIdBytes } from '../core/workflow-id-limits';
import { askServer } from './ask-server';
import { grpcCode, grpcCodeOf, rootMessage } from './problem';

/** The longest workflow id that a server takes, in bytes, or why it does not say. */
export type IdRoom = { bytes: number } | { unknown: string };

/** What is wrong with the room for ids, and what to do about it. */
export interface IdRoomProblem {
  /** Whether ids are certainly refused; else nobody knows. */
  certain: boolean;
  seen: string;
  fix: string;
}

/**
 * How long an id the server takes, looked for up to {@link maxWorkflowIdBytes}, the longest that this product makes. No
 * answer of the server tells its `limit.maxIDLength`, and `describe` takes ids of any length. So it is asked to start a
 * workflow of no type: it looks at the id first (`prepareStartWorkflowRequest` of servers 1.15 to 1.29; 1.32 does too),
 * and refuses both, so that nothing starts.
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

/** Whether the server takes an id of so many bytes, or what it said instead. */
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

/** What an operator must know of the room for ids; null when there is enough. */
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
