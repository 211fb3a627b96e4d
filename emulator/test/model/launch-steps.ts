import fc from 'fast-check';
import { ruleOf, type Fault } from './faults';
import { expectSeen } from './expectations';
import { kinds, launches, teams, wireOf, type Launch } from './launch';
import type { Model } from './model';
import { expectAgreement } from './agreement';
import { step, type Step } from './step';
import type { Subject } from './subject';

async function send(model: Model, subject: Subject, launch: Launch): Promise<void> {
  const seen = model.launch(launch);
  expectSeen(model, await subject.post(wireOf(launch)), seen);
}

const say = (what: string, launch: Launch) => `${what} ${JSON.stringify(launch)}`;

/** Sends a new launch, whose key may have been used before. */
export const launchSteps: fc.Arbitrary<Step> = launches.map((launch) =>
  step(say('launch', launch), (model, subject) => send(model, subject, launch)),
);

/** How a launch is sent again: as it was, or with one thing changed. */
const variants = {
  same: (launch: Launch) => launch,
  respelt: (launch: Launch) => ({ ...launch, respelt: true }),
  'other body': (launch: Launch) => ({ ...launch, rows: [...launch.rows, { default: { rank: 3 } }] }),
  'other kind': (launch: Launch) => ({
    ...launch,
    kind: kinds[(kinds.indexOf(launch.kind) + 1) % kinds.length] ?? launch.kind,
  }),
  'other team': (launch: Launch) => ({ ...launch, team: launch.team === teams[0] ? teams[1] : teams[0] }),
};

/** Sends a launch that had a key again, in one of the variants. */
export const resendSteps: fc.Arbitrary<Step> = fc
  .tuple(
    fc.nat(50),
    fc.constantFrom<(keyof typeof variants)[]>(
      'same',
      'same',
      'same',
      'respelt',
      'other body',
      'other kind',
      'other team',
    ),
  )
  .map(([index, variant]) =>
    step(
      `resend ${index} (${variant})`,
      async (model, subject) => {
        const launch = model.sent[index % model.sent.length];
        if (launch !== undefined) await send(model, subject, variants[variant](launch));
      },
      ({ sent }) => sent.length > 0,
    ),
  );

/** Has the next import, or the next poll, go wrong. */
export const faultSteps: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom<('import' | 'status')[]>('import', 'import', 'status'),
    fc.constantFrom<Fault[]>('reset-before', 'reset-after', 'refused', 'failed-after'),
  )
  .map(([operation, fault]) =>
    step(`${operation} will be ${fault}`, (model, subject) => {
      subject.controller.addRule(ruleOf(operation, fault));
      model.faults[operation].push(fault);
      return Promise.resolve();
    }),
  );

const heldRule = { operation: 'import', times: 1, send: { delay: '1h' } } as const;

/** Kills the emulator when an import is done but not answered. Meanwhile the same request comes a second time. */
const killAtWork = (launch: Launch): Step =>
  step(
    say('kill before the answer to', launch),
    async (model, subject) => {
      const { id } = subject.controller.addRule(heldRule);
      const { written } = subject;
      const lost = subject.post(wireOf(launch));
      await subject.hasWritten(written);
      model.hold(launch);
      if (launch.key !== null) model.sent.push(launch);
      await send(model, subject, launch);
      await subject.kill();
      expect(await lost).toBeNull();
      model.kill('before an answer');
      expect(subject.controller.rules()).toContainEqual({ id, met: 1, acted: 1, rule: heldRule });
      subject.controller.removeRule(id);
      await expectAgreement(model, subject);
    },
    ({ faults }) => faults.import.length === 0,
  );

/** Kills the emulator while it writes an import down: that import has not happened. */
const killAtWriting = (launch: Launch, share: number): Step =>
  step(
    say(`kill after ${share} of writing`, launch),
    async (model, subject) => {
      const { id } = subject.controller.addRule(heldRule);
      const { written } = subject;
      const lost = subject.post(wireOf(launch));
      await subject.hasWritten(written);
      await subject.kill((file) =>
        file.subarray(0, written + Math.floor((file.length - 1 - written) * share)),
      );
      expect(await lost).toBeNull();
      model.kill('while writing');
      expect(subject.controller.rules()).toContainEqual({ id, met: 0, acted: 0, rule: heldRule });
      subject.controller.removeRule(id);
      await expectAgreement(model, subject);
    },
    ({ faults }) => faults.import.length === 0,
  );

/** Kills the emulator while a launch is at work. */
export const killedLaunchSteps: fc.Arbitrary<Step> = fc.oneof(
  launches.map(killAtWork),
  fc
    .tuple(launches, fc.integer({ min: 0, max: 100 }))
    .map(([launch, percent]) => killAtWriting(launch, percent / 100)),
);
