import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * What each folder of src/ may import besides itself (ARCHITECTURE.md, "Who may import whom"). The folders and packages
 * listed are allowed, every other one is refused; `import type` may also cross where `types` says so.
 */
const folders = {
  core: { folders: [], packages: ['zod'] },
  ports: { folders: ['core'], packages: ['node:crypto', 'node:path', 'node:url'] },
  report: { folders: ['core', 'ports'], packages: ['zod', 'node:*'] },
  // The form of the base URL and of headers is config's: one reading for settings and client.
  prism: {
    folders: ['core', 'ports', 'config/base-url', 'config/custom-headers'],
    packages: ['axios', 'hpagent', 'zod', 'node:*'],
  },
  // One way to make connections, through a proxy too, and one reading of Retry-After.
  webhooks: {
    folders: ['core', 'ports', 'prism/connection', 'prism/proxy-agents', 'prism/retry-after'],
    packages: ['standardwebhooks', 'node:*'],
  },
  sources: { folders: ['core', 'ports'], packages: ['node:*'] },
  storage: { folders: ['core', 'ports'], packages: ['@aws-sdk/*', 'node:*'] },
  // What of a storage may go.
  cleaning: { folders: ['core/cleaned-storage', 'ports'], packages: [] },
  workflows: {
    folders: ['core'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    types: ['activities'],
  },
  codec: { folders: [], packages: ['@temporalio/common', '@temporalio/proto', 'node:*'] },
  activities: {
    folders: ['cleaning', 'core', 'ports', 'report'],
    packages: ['@temporalio/activity', 'zod', 'node:*'],
  },
  temporal: {
    folders: ['core', 'workflows/messages'],
    packages: ['@temporalio/client', '@temporalio/common'],
    types: ['workflows'],
  },
  // The forms of storage and of secrets are the ports': one reading for settings, stores and masks.
  config: {
    folders: ['core', 'ports/object-uri', 'ports/secret-mask'],
    packages: ['zod', '@temporalio/envconfig', 'node:*'],
  },
  telemetry: {
    folders: ['core', 'ports', 'temporal/fleet'],
    packages: ['@temporalio/*', '@opentelemetry/*', 'node:*'],
    types: ['config'],
  },
  // For programs: the product as a client sees it.
  client: {
    folders: [...['core', 'report', 'storage', 'temporal', 'workflows/messages']],
    packages: ['@temporalio/client'],
    types: ['workflows'],
  },
  // The Nexus service; the worker's own client comes with each operation.
  nexus: {
    folders: ['core', 'ports', 'report', 'storage', 'temporal', 'workflows/messages'],
    packages: ['@temporalio/nexus', '@temporalio/client', '@temporalio/common', 'nexus-rpc', 'zod'],
    types: ['workflows'],
  },
  // A team's own worker takes on the work of ours.
  plugin: {
    folders: [
      ...['core', 'telemetry', 'temporal', 'config/config', 'workflows/index'],
      ...[
        'bundle-options',
        'configured-parts',
        'note-storage-use',
        'open-workflow-bundle',
        'run-together',
        'worker-parts',
      ],
    ],
    packages: ['@temporalio/*', 'node:*'],
  },
  entries: {
    folders: [
      'core',
      'client',
      'nexus',
      'plugin',
      'testing',
      'workflows',
      'report/report-line',
      'report/results/read-results-input',
    ],
    packages: ['zod', 'prism-emulator'],
    types: ['temporal'],
  },
  testing: {
    folders: ['core', 'ports', 'prism', 'storage', 'temporal', 'worker-pair'],
    packages: ['@temporalio/*', 'node:*'],
  },
  cli: {
    folders: [
      ...[
        'cleaning',
        'core',
        'client',
        'ports',
        'report',
        'prism',
        'sources',
        'storage',
        'codec',
        'temporal',
        'config',
        'dev',
        'testing',
        'worker',
      ],
      'workflows/messages',
    ],
    packages: ['*'],
  },
  dev: {
    folders: ['core', 'config', 'temporal', 'ports/optional-package', 'workflows/messages'],
    packages: ['prism-emulator', '@temporalio/*', 'node:*'],
  },
};
const parts = ['bundle-options', 'configured-parts', 'note-storage-use', 'run-together', 'worker-parts'];
const every = [...Object.keys(folders), 'worker', 'worker-pair', ...parts];

/** The rooms of core/, each of which may import those before it. */
const rooms = ['api', 'tracker', 'pipeline', 'details', 'metrics'];

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('\\*', '.*');

/** One lint block: what `folder` must not import. */
function boundary([folder, rule]) {
  const typesOnly = rule.types ?? [];
  const foreign = every.filter((other) => other !== folder && !rule.folders.includes(other));
  const partly = rule.folders.filter((allowed) => allowed.includes('/'));
  const patterns = foreign.map((other) => {
    const files = partly
      .filter((allowed) => allowed.startsWith(`${other}/`))
      .map((allowed) => allowed.slice(other.length + 1));
    const except = files.length === 0 ? '' : `(?!/(?:${files.map(escape).join('|')})(?:\\.|$))`;
    return {
      regex: `^(?:\\.\\./)+${escape(other)}${except}(?:/|\\.|$)`,
      allowTypeImports: typesOnly.includes(other),
      message: `${folder}/ may not import ${other}/ (see ARCHITECTURE.md).`,
    };
  });
  if (!rule.packages.includes('*')) {
    const allowed = rule.packages
      .map((name) => (name.endsWith('*') ? escape(name) : `${escape(name)}(?:/|$)`))
      .join('|');
    patterns.push({
      regex: `^(?!\\.)(?!${allowed})`,
      message: `${folder}/ may import only ${rule.packages.join(', ')}.`,
    });
  }
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['**/dist/', 'test/upgrade/builds/', 'coverage/', '.cache/', 'node_modules/', '**/.venv/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
    },
  },
  { files: ['{src,emulator/src}/**/*.ts'], rules: { 'max-lines': ['error', 250] } },
  ...Object.entries(folders).map(boundary),
  ...['.', ...rooms.slice(0, -1)].map((room, index) => ({
    files: [room === '.' ? 'src/core/*.ts' : `src/core/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^\\.{1,2}/(?:\\.\\./)*(?:${rooms.slice(index).join('|')})/`,
              message: `core: ${rooms.join(' ← ')}, and files at its top import none of them (see ARCHITECTURE.md).`,
            },
          ],
        },
      ],
    },
  })),
  {
    files: ['emulator/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!\\.|zod$|node:)', message: 'The emulator needs zod and Node alone.' },
            { regex: '/(?:src|test)/', message: 'The emulator shares no code with the product.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'core/ has no clock: take the time as an argument.' },
        {
          object: 'Math',
          property: 'random',
          message: 'core/ has no random: take the number as an argument.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', 'src/core/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config/ reads the environment.' },
      ],
    },
  },
  {
    files: ['**/*.mjs', '*.js', 'emulator/*.js', 'test/support/**/*.js', 'bench/support/*.js', 'scripts/**'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['examples/jest/**'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        jest: 'readonly',
        beforeAll: 'readonly',
        afterAll: 'readonly',
        beforeEach: 'readonly',
        afterEach: 'readonly',
        process: 'readonly',
        test: 'readonly',
        expect: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        require: 'readonly',
        module: 'writable',
      },
    },
  },
  prettier,
  // After the above, which turns the rule off: it breaks neither comments nor what has no place to break.
  {
    files: ['{src,test,bench,scripts,emulator}/**/*.{ts,mjs,js}'],
    rules: {
      'max-len': [
        'error',
        {
          code: 120,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreUrls: true,
          ignoreRegExpLiterals: true,
        },
      ],
    },
  },
);
