const base = require('./jest.config.js');

/**
 * The tests that need other toolchains. One at a time, and with patience: the first run installs them.
 * @type {import('jest').Config}
 */
module.exports = {
  ...base,
  roots: ['<rootDir>/test/interop'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 15 * 60_000,
  maxWorkers: 1,
};
