const base = require('./jest.config.js');

/**
 * The tests that need other toolchains, with patience: the first run installs them.
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  roots: ['<rootDir>/test/interop'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 15 * 60_000,
  // They build and start much larger things.
  maxWorkers: 2,
  globalSetup: '<rootDir>/test/interop/support/global-setup.ts',
};
