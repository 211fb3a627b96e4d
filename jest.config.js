const emulator = require('./emulator/jest.config.js');

/**
 * All tests but those in test/interop, the emulator's among them.
 * @type {import('jest').Config}
 */
module.exports = {
  ...emulator,
  roots: ['<rootDir>/test', '<rootDir>/emulator/test'],
  moduleNameMapper: { '^prism-emulator$': '<rootDir>/emulator/src/index.ts' },
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/interop/'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/retry-once.ts'],
  testSequencer: '<rootDir>/test/support/longest-first.js',
};
