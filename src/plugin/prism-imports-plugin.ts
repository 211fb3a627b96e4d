import { createRequire } from 'node:module';
import { SimplePlugin } from '@temporalio/plugin';
import type { BundleOptions, Worker, WorkerOptions } from '@temporalio/worker';
import { loadConfig } from '../config/config';
import { variablesOf, type PrismImportsPluginOptions } from './options';
import type * as serving from './worker-side';
import type { WorkerSide } from './worker-side';
import type * as bundling from './bundling';

/**
 * Loads modules only when a worker is created, so that programs that only call workflows load no worker. Jest does not
 * accept `import()` here.
 */
const load = createRequire(__filename);

/** The plugin; `public-plugin.ts` documents it. */
export class PrismImportsPlugin extends SimplePlugin {
  #side: WorkerSide | undefined;

  /** Reads no settings yet: bundles and replays need none. */
  constructor(private readonly given: PrismImportsPluginOptions = {}) {
    super({ name: 'prism-imports' });
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    const given = options.plugins ?? [];
    if (given.filter((plugin) => plugin.name === this.name).length > 1)
      throw new Error(
        `The worker of task queue "${options.taskQueue}" has PrismImportsPlugin more than once: keep one, ` +
          'in `plugins` of the worker or of its connection.',
      );
    return this.side().configure(super.configureWorker(options));
  }

  override configureBundler(options: BundleOptions): BundleOptions {
    const { bundleBeside } = load('./bundling') as typeof bundling;
    // Known if a worker is being created. A bundle built ahead gets it from the worker that runs it.
    return bundleBeside(super.configureBundler(options), this.#side?.docsUrl ?? null);
  }

  override runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    return this.side().run(worker, () => super.runWorker(worker, next));
  }

  private side(): WorkerSide {
    const { createWorkerSide } = load('./worker-side') as typeof serving;
    this.#side ??= createWorkerSide(loadConfig(this.given.environment, variablesOf(this.given)));
    return this.#side;
  }
}
