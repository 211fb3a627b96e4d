import type { AsyncCommand } from 'fast-check';
import type { Model } from './model';
import type { Subject } from './subject';

/** One thing that is done to model and emulator alike. */
export type Step = AsyncCommand<Model, Subject>;

/** A step that can be taken where `check` says so; `say` is how a counterexample shows it. */
export const step = (
  say: string,
  run: (model: Model, subject: Subject) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Step => ({ run, check, toString: () => say });
