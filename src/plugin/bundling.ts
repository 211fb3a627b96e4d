import type { BundleOptions } from '@temporalio/worker';
import { preloadModules, workflowInterceptorModules } from '../bundle-options';
import { tellDocsUrl } from '../open-workflow-bundle';

type Configuration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type WebpackPlugin = NonNullable<NonNullable<Configuration['plugins']>[number]>;
type Compiler = WebpackPlugin extends infer P ? (P extends (compiler: infer C) => void ? C : never) : never;
type Compilation = Parameters<Parameters<Compiler['hooks']['afterCompile']['tapAsync']>[1]>[0];

/** The workflows that a worker of ours serves. */
const ourWorkflows = ['trackImport', 'importRecords', 'deliverNotice', 'cleanStorage'];

/** Their module, which whoever exports them imports. */
const ourWorkflowsPath = require.resolve('../workflows');

/**
 * Adds what our workflows need to a bundle of somebody's workflows, and checks that ours are among them. All else of
 * the bundle is as it was: its converters, its interceptors, which run for our workflows too, and its own hook.
 * `docsUrl` is where their texts say that the documents are; null where that is not known.
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
        ...(docsUrl === null ? [] : [beginWith(tellDocsUrl(docsUrl))]),
      ];
      return { ...hooked, plugins: [...(hooked.plugins ?? []), ...ours] };
    },
  };
}

/** Puts code before that of the bundle, with which source maps reckon. */
const beginWith = (code: string): WebpackPlugin => ({
  apply(compiler: Compiler) {
    new compiler.webpack.BannerPlugin({ banner: code, raw: true }).apply(compiler);
  },
});

/** Ends a compilation with an error that says what to do when our workflows are not exported. */
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
 * Which of our workflows the module certainly does not export. Of a module of CommonJS webpack cannot tell what it
 * exports, only whether ours are in the bundle at all.
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
