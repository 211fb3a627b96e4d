import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { goModule, type GoModule } from './go-tool';
import { pythonWith } from './python';

/** The version of Kubernetes whose schemas are taken, and where a package for Python has them. */
const kubernetesVersion = 'v1.37.0';
const requirements = join(__dirname, '..', 'kubernetes', 'requirements.txt');
/** Where those find each other. */
const definitionsPath = '/api/_definitions.json';

/** Modules that bring the definitions of the other kinds, each with the files of those that we use. */
const definitions: (GoModule & { files: string[] })[] = [
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    files: ['example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml'],
  },
  {
    module: 'github.com/kedacore/keda/v2',
    version: 'v2.21.0',
    files: ['config/crd/bases/keda.sh_scaledobjects.yaml'],
  },
];

type Schema = Record<string, unknown>;
interface Kind {
  group: string;
  version: string;
  kind: string;
}

/**
 * Writes a strict JSON Schema for each of these kinds of Kubernetes, and for a ServiceMonitor and a ScaledObject, and
 * gives kubeconform's name for where they are. All of them come from packages, none from the web.
 */
export async function kubernetesSchemas(folder: string, kinds: readonly string[]): Promise<string> {
  await Promise.all([writeBuiltIn(folder, kinds), writeDefined(folder)]);
  return join(folder, '{{ .Group }}', '{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json');
}

/** The file of KEDA's module that says which settings its scaler for Temporal has. */
export async function kedaScaler(): Promise<string> {
  const [, keda] = definitions;
  return readFile(join(await goModule(keda as GoModule), 'pkg', 'scalers', 'temporal_scaler.go'), 'utf8');
}

async function writeBuiltIn(folder: string, kinds: readonly string[]): Promise<void> {
  const python = await pythonWith(requirements);
  const script = 'import kubernetes_validate; print(kubernetes_validate.__path__[0])';
  const { stdout } = await promisify(execFile)(python, ['-c', script]);
  const path = join(
    stdout.trim(),
    'kubernetes-json-schema',
    `${kubernetesVersion}-local-strict`,
    '_definitions.json',
  );
  const text = (await readFile(path, 'utf8')).replaceAll(`${definitionsPath}#`, '#');
  const { $defs } = JSON.parse(text) as { $defs: Record<string, Schema> };
  for (const schema of Object.values($defs)) {
    const named = (schema['x-kubernetes-group-version-kind'] ?? []) as Kind[];
    for (const each of named.filter(({ kind }) => kinds.includes(kind)))
      await write(folder, each, { ...schema, $defs });
  }
}

async function writeDefined(folder: string): Promise<void> {
  for (const { files, ...module } of definitions) {
    for (const file of files) {
      const { spec } = parse(await readFile(join(await goModule(module), file), 'utf8')) as {
        spec: {
          group: string;
          names: { kind: string };
          versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
        };
      };
      for (const { name, schema } of spec.versions) {
        const strict = closed(schema.openAPIV3Schema) as { properties: Schema };
        // A definition leaves this to Kubernetes.
        const properties = { ...strict.properties, metadata: { type: 'object' } };
        const { group, names } = spec;
        await write(folder, { group, version: name, kind: names.kind }, { ...strict, properties });
      }
    }
  }
}

/** The same schema, which takes no property that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen =
    inner['type'] !== 'object' ||
    typeof inner['properties'] !== 'object' ||
    inner['x-kubernetes-preserve-unknown-fields'] === true;
  return isOpen ? inner : { additionalProperties: false, ...inner };
}

async function write(folder: string, { group, version, kind }: Kind, schema: Schema): Promise<void> {
  // So kubeconform names the group that has no name.
  const file = join(folder, group === '' ? version : group, `${kind.toLowerCase()}_${version}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(schema));
}
