import { basename, join } from 'node:path';
import { installOnce, installStep, toolFolder } from './tools-folder';

/** A program that Go builds from a published module. */
export interface GoTool {
  /** The tool as people call it. */
  name: string;
  /** Package path of its main package, without version. */
  pkg: string;
  /** Module version such as `v1.2.3`. */
  version: string;
  /** Flags of the build; default: none. */
  flags?: readonly string[];
  /** What the build costs, such as `30 MB, about a minute`. */
  cost: string;
  /** Environment variable with the path of an executable to take instead. */
  override: string;
}

/**
 * Path of the tool's executable: the one that the override names, else built by `go install` once and kept in the
 * cache.
 */
export async function goTool({ name, pkg, version, flags = [], cost, override }: GoTool): Promise<string> {
  const given = process.env[override];
  if (given !== undefined && given !== '') return given;
  const folder = toolFolder(name, version);
  return installOnce({
    name: `${name} ${version}`,
    cost,
    folder,
    // Go leaves out a major version at the end.
    product: join(folder, basename(pkg.replace(/\/v\d+$/, ''))),
    install: async (workingFolder) => {
      await installStep('go', ['install', ...flags, `${pkg}@${version}`], {
        environment: { GOBIN: workingFolder },
        advice: `Install Go 1.26 or later (\`go\` on PATH, with access to its module proxy), or set ${override} to the executable's path.`,
      });
    },
  });
}

/** A published module of Go. */
export interface GoModule {
  module: string;
  /** Such as `v1.2.3`. */
  version: string;
}

/** The folder of a module's files, in Go's own cache, into which it is downloaded once. */
export async function goModule({ module, version }: GoModule): Promise<string> {
  const { output } = await installStep('go', ['mod', 'download', '-json', `${module}@${version}`], {
    advice: 'Install Go 1.26 or later (`go` on PATH, with access to its module proxy).',
  });
  const { Dir: folder } = JSON.parse(output) as { Dir: string };
  return folder;
}

/** Path of tctl, Temporal's earlier command line. Its program is called `cli`. */
export const tctl = (): Promise<string> =>
  goTool({
    name: 'tctl',
    pkg: 'go.temporal.io/server/cmd/tools/cli',
    version: 'v1.15.2',
    flags: ['-ldflags=-checklinkname=0'], // its dependencies reach into the Go runtime, which Go refuses since 1.23
    cost: '400 MB of Go modules, 2 to 3 minutes',
    override: 'PRISM_TCTL',
  });

/** Path of kubeconform, which validates manifests of Kubernetes against JSON Schemas. */
export const kubeconform = (): Promise<string> =>
  goTool({
    name: 'kubeconform',
    pkg: 'github.com/yannh/kubeconform/cmd/kubeconform',
    version: 'v0.8.0',
    cost: '20 MB of Go modules, half a minute',
    override: 'PRISM_KUBECONFORM',
  });

/** Path of kustomize, which makes manifests of bases and overlays. */
export const kustomize = (): Promise<string> =>
  goTool({
    name: 'kustomize',
    pkg: 'sigs.k8s.io/kustomize/kustomize/v5',
    version: 'v5.8.1',
    cost: '60 MB of Go modules, 1 to 2 minutes',
    override: 'PRISM_KUSTOMIZE',
  });

/** Version of the full server that the product is tried with; 1.32.2 asks for a newer Go than 1.26.8. */
export const fullServerVersion = '1.32.1';

/** As Temporal builds its releases (server 1.32.1, Makefile); without it there are 136 packages more, of 1,754. */
const serverFlags = ['-tags=disable_grpc_modules'];

/** Path of Temporal's server as it runs in production, with every service in one process. Its program is `server`. */
export const temporalServer = (): Promise<string> =>
  goTool({
    name: 'temporal-server',
    pkg: 'go.temporal.io/server/cmd/server',
    version: `v${fullServerVersion}`,
    flags: serverFlags,
    cost: '700 MB of Go modules, 4 to 10 minutes',
    override: 'PRISM_TEMPORAL_SERVER',
  });

/** Path of the tool that makes that server's tables; it has their definitions in it. Its program is called `sql`. */
export const temporalSqlTool = (): Promise<string> =>
  goTool({
    name: 'temporal-sql-tool',
    pkg: 'go.temporal.io/server/cmd/tools/sql',
    version: `v${fullServerVersion}`,
    flags: serverFlags,
    cost: 'less than a minute after the server',
    override: 'PRISM_TEMPORAL_SQL_TOOL',
  });
