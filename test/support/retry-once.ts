// A shared machine may stall for longer than a test can wait. So in CI, a failed test runs once more; its first failure
// is printed.
const { CI } = process.env;
if (CI !== undefined && CI !== '' && CI !== 'false') jest.retryTimes(1, { logErrorsBeforeRetry: true });
