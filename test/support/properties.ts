import fc from 'fast-check';

// A busy machine tries fewer cases of a property, which is no reason to fail; whoever fuzzes says how many.
if (process.env['FUZZ_RUNS'] === undefined)
  fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: 120_000 });

export default fc;
