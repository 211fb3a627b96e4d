/** @type {import('jest').Config} */
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
  roots: ['<rootDir>/test', '<rootDir>/emulator/test'],
  moduleNameMapper: {
    '^prism-emulator$': '<rootDir>/emulator/src/index.ts',
    '^prism-emulator/(?!package)(.+)$': '<rootDir>/emulator/src/$1.ts',
  },
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/interop/'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  // Servers of Temporal take their time on a busy machine; a test that waits for what never comes still ends.
  testTimeout: 120_000,
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/support/longest-first.js',
};
