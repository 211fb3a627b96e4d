import type { BundleOptions } from '@temporalio/worker';
import { preloadModules, workflowInterceptorModules } from '../bundle-options';
import { docsUrlScript } from '../open-workflow-bundle';

type Configuration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type WebpackPlugin = NonNullable<NonNullable<Configuration['plugins']>[number]>;
type Compiler = WebpackPlugin extends infer P ? (P extends (compiler: infer C) => void ? C : never) : never;
type Compilation = Parameters<Parameters<Compiler['hooks']['afterCompile']['tapAsync']>[1]>[0];

/** The workflows that a worker of ours serves. */
const ourWorkflows = ['trackImport', 'importRecords', 'deliverNotice', 'cleanStorage'];

/** The module that exports them; modules that re-export our workflows import it. */
const ourWorkflowsPath = require.resolve('../workflows');

/**
 * Adds what our workflows need to a team's bundle, and checks that it exports our workflows. Everything else stays
 * unchanged: its converters, its own hook, and its interceptors, which run for our workflows too. `docsUrl` is the
 * address of the documents for texts; null if unknown.
 */
export function bundleBeside(options: BundleOptions, docsUrl: string | null): BundleOptions {
  const { webpackConfigHook: ownHook = (configuration) => configuration, workflowsPath } = options;
  return {
    ...options,
    workflowInterceptorModules: [
      ...(options.workflowInterceptorModules ?? []),
      ...workflowInterceptorModules,
    ],
    preloadModules: [...(options.preloadModules ?? []), ...preloadModules],
    webpackConfigHook(configuration) {
      const hooked = ownHook(configuration);
      const ours = [
        checkExports(workflowsPath),
        ...(docsUrl === null ? [] : [beginWith(docsUrlScript(docsUrl))]),
      ];
      return { ...hooked, plugins: [...(hooked.plugins ?? []), ...ours] };
    },
  };
}

/** Inserts code before the bundle's, in a way that keeps source maps right. */
const beginWith = (code: string): WebpackPlugin => ({
  apply(compiler: Compiler) {
    new compiler.webpack.BannerPlugin({ banner: code, raw: true }).apply(compiler);
  },
});

/** Fails the compilation, with an error that says what to do, if our workflows are not exported. */
const checkExports = (workflowsPath: string): WebpackPlugin => ({
  apply(compiler: Compiler) {
    compiler.hooks.afterCompile.tapAsync('prism-imports', (compilation, done) => {
      const missing = compilation.errors.length > 0 ? [] : missingExports(compilation, workflowsPath);
      if (missing.length === 0) return done();
      const names = `${missing.length === 1 ? 'workflow' : 'workflows'} ${missing.join(', ')}`;
      const line = "export * from 'prism-imports/workflows';";
      done(
        new Error(`${workflowsPath} does not export the ${names} of prism-imports: add the line \`${line}\``),
      );
    });
  },
});

/**
 * Which of our workflows the module certainly does not export. webpack cannot tell what a CommonJS module exports, only
 * whether our workflows are in the bundle at all.
 */
function missingExports({ entries, moduleGraph, modules }: Compilation, workflowsPath: string): string[] {
  const bundled = new Set([...modules].map((module) => module.nameForCondition()));
  if (!bundled.has(ourWorkflowsPath)) return ourWorkflows;
  for (const { dependencies } of entries.values()) {
    for (const dependency of dependencies) {
      const entry = moduleGraph.getModule(dependency);
      if (entry === null) continue;
      for (const connection of moduleGraph.getOutgoingConnections(entry)) {
        const { request } = connection.dependency as { request?: string };
        if (request !== workflowsPath) continue;
        const exported = moduleGraph.getExportsInfo(connection.module);
        return ourWorkflows.filter((name) => exported.isExportProvided(name) === false);
      }
    }
  }
  return [];
}
