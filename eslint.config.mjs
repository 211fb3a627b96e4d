import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * What each folder of src/ may import besides itself. The folder's own name and the packages listed are allowed, every
 * other folder and package is refused; `import type` may also cross where `types` says so.
 */
const folders = {
  domain: { folders: [], packages: ['zod'] },
  workflows: {
    folders: ['domain'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    types: ['activities'],
  },
  activities: {
    folders: ['domain', 'prism/errors', 'storage/stored-lines'],
    packages: ['@temporalio/activity', 'node:*'],
  },
  prism: {
    folders: ['domain', 'config/base-url', 'config/custom-headers'],
    packages: ['axios', 'zod', '@streamparser/json', 'node:*'],
  },
  temporal: {
    folders: ['domain', 'workflows/messages'],
    packages: ['@temporalio/client', '@temporalio/common'],
    types: ['workflows'],
  },
  storage: { folders: ['domain'], packages: ['@aws-sdk/*', 'node:*'] },
  records: { folders: ['domain'], packages: ['csv-parse', '@aws-sdk/*', 'node:*'] },
  cli: {
    folders: [
      'domain',
      'temporal',
      'prism',
      'config',
      'workflows/messages',
      'dev',
      'emulator',
      'records',
      'storage',
      'worker',
      'logging',
    ],
    packages: ['*'],
  },
  emulator: { folders: ['domain'], packages: ['zod', 'node:*'] },
  telemetry: {
    folders: ['domain', 'prism/call-watch', 'prism/errors', 'temporal/fleet', 'workflows/metrics'],
    packages: ['@temporalio/*', '@opentelemetry/*', 'node:*'],
    types: ['config'],
  },
};
const every = [...Object.keys(folders), 'dev', 'config', 'variables', 'worker', 'logging'];

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
  ...Object.entries(folders).map(boundary),
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'domain/ has no clock: take the time as an argument.' },
        {
          object: 'Math',
          property: 'random',
          message: 'domain/ has no random: take the number as an argument.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  {
    files: ['**/*.mjs', '*.js', 'emulator/*.js', 'test/support/*.js', 'scripts/**'],
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
        beforeEach: 'readonly',
        afterEach: 'readonly',
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
);
