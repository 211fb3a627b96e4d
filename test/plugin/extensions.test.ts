import { randomUUID } from 'node:crypto';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';
import type { importRecords } from 'prism-imports/workflows';
import { pollNowSignal, setPollingUpdate } from 'prism-imports/workflow';
import { startNexusCallers, withCallers } from '../support/nexus-callers';
import { organizations } from '../support/pipeline-rig';
import { TemporaryFiles } from '../support/temporary-files';
import { teamCodec } from './support/team-codec';
import { startTeamRig, teamId, type TeamRig } from './support/team-rig';

let rig: TeamRig;
beforeAll(async () => {
  rig = await startTeamRig(withCallers);
});
afterAll(() => rig?.close());

test('interceptors of a team see our workflows, their activities of both queues, and Nexus calls', async () => {
  const activities: string[] = [];
  const started: string[] = [];
  const activity: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute(input, next) {
        const { team } = input.headers;
        const signed = team && defaultPayloadConverter.fromPayload<string>(team);
        activities.push(`${info.taskQueue} of ${signed}`);
        return next(input);
      },
    },
  });
  const ofClient: WorkflowClientInterceptor = {
    start(input, next) {
      started.push(input.workflowType);
      return next(input);
    },
  };
  const team = await rig.serve({
    interceptors: {
      workflowModules: [require.resolve('./team/workflow-interceptors')],
      activity: [activity],
      client: { workflow: [ofClient] },
    },
  });
  const jobId = await rig.createJob('100 ms');
  expect(await (await rig.follow(team.taskQueue, jobId)).result()).toBe('complete');
  const { events } = await rig.tracker(jobId).fetchHistory();
  const { header } = events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
  expect(defaultPayloadConverter.fromPayload(header?.fields?.['team'] ?? {})).toBe('followImport');
  expect(new Set(activities)).toEqual(new Set([`${team.taskQueue}-http of trackImport`]));

  const callers = await startNexusCallers(rig.env, team.taskQueue);
  try {
    const asked = await rig.createJob('100 ms');
    const result = await callers.call('trackImport', { teamId, jobId: asked });
    expect(result).toMatchObject({ value: { status: 'complete', jobId: asked } });
    expect(started).toEqual(['trackImport']);
  } finally {
    await callers.stop();
    await team.stop();
  }
});

test('a payload converter and a codec of a team serve our workflows, and nothing is readable without', async () => {
  const dataConverter = {
    payloadConverterPath: require.resolve('./team/payload-converter'),
    payloadCodecs: [teamCodec],
  };
  const team = await rig.serve({ dataConverter });
  const client = new Client({ connection: rig.env.connection, dataConverter });
  const jobId = await rig.createJob('1h');
  const following = await rig.follow(team.taskQueue, jobId, client);
  await rig.isWaiting(jobId, client);
  const tracker = client.workflow.getHandle(rig.tracker(jobId).workflowId);
  await tracker.executeUpdate(setPollingUpdate, { args: [{ initialInterval: '2h' }] });
  await rig.emulator.controller.setJob(jobId, { status: 'complete' });
  await tracker.signal(pollNowSignal);
  expect(await following.result()).toBe('complete');
  const { input } = (await tracker.fetchHistory()).events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
  const [payload] = input?.payloads ?? [];
  expect(Buffer.from(payload?.metadata?.['encoding'] ?? []).toString()).toBe('binary/team');
  expect(Buffer.from(payload?.data ?? []).toString('latin1')).not.toContain(jobId);
  await team.stop();
});

test('a pipeline runs on the task queue of a team', async () => {
  const files = new TemporaryFiles();
  const team = await rig.serve({
    plugins: [rig.plugin({ storage: files.uri('store'), sources: files.uri('input.csv') })],
  });
  const report = await rig.env.client.workflow.execute<typeof importRecords>('importRecords', {
    taskQueue: team.taskQueue,
    workflowId: `import-${randomUUID()}`,
    args: [
      {
        teamId,
        objectType: 'organization',
        source: { uri: files.write('input.csv', organizations(30)), format: 'csv' },
      },
    ],
  });
  expect(report).toMatchObject({ totals: { rows: 30, created: 30 } });
  await team.stop();
  files.remove();
});

test.each(['before', 'after'])("Temporal's plugin for OpenTelemetry goes %s ours", async (place) => {
  const memory = new InMemorySpanExporter();
  const spanProcessor = new SimpleSpanProcessor(memory);
  const provider = new NodeTracerProvider({ spanProcessors: [spanProcessor] });
  provider.register();
  const tracer = provider.getTracer('team');
  const resource = resourceFromAttributes({ 'service.name': 'team' });
  const theirs = new OpenTelemetryPlugin({ resource, spanProcessor, tracer });
  const plugins = place === 'before' ? [theirs, rig.plugin()] : [rig.plugin(), theirs];
  const team = await rig.serve({ plugins });
  const jobId = await rig.createJob('100 ms');
  expect(await (await rig.follow(team.taskQueue, jobId)).result()).toBe('complete');
  await team.stop();
  const spans = memory.getFinishedSpans();
  const named = (name: string) => spans.find((span) => span.name === name);
  const chain = [
    'RunWorkflow:followImport',
    'StartChildWorkflow:trackImport',
    'RunWorkflow:trackImport',
    'StartActivity:getImportStatus',
    'RunActivity:getImportStatus',
  ];
  expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(chain));
  for (const [at, name] of chain.slice(1).entries())
    expect(named(name)?.parentSpanContext?.spanId).toBe(named(chain[at] ?? '')?.spanContext().spanId);
});
