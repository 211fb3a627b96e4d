/**
 * The emulator's tests, which need nothing of the product: `npm test -w emulator`.
 * @type {import('jest').Config}
 */
module.exports = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  // Some wait for a process or for time to pass; a test that waits for what never comes still ends.
  testTimeout: 300_000,
  // Twice the cores of a small machine: most tests wait for servers, timers and processes most of the time.
  maxWorkers: 4,
};
