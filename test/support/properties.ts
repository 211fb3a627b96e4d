import fc from 'fast-check';

// A busy machine tries fewer cases of a property instead of failing; fuzz runs set their own number.
if (process.env['FUZZ_RUNS'] === undefined)
  fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: 120_000 });

export default fc;
