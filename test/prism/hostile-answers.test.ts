import { answerCases, runAnswerCases } from '../../bench/support/hostile-answers';
import { slowness } from '../support/longest-stall';

/** What a loaded machine makes of the 50 ms that are promised; the bench measures those. */
const longestStallMs = 400;
/** Of the process; a Node that has loaded the client takes some 70 MB. */
const mostMemoryMb = 300;

test.each(answerCases)(
  '$name: read or refused, without holding up others and without much memory',
  async (each) => {
    const [run] = await runAnswerCases([each]);
    if (each.end === 'read') expect(run?.end).toBe('read');
    else expect(run?.end).toMatch(each.end);
    const { stallMs = Infinity, ms = 0 } = run ?? {};
    const isOver = stallMs >= longestStallMs;
    expect(isOver ? stallMs / (await slowness(ms)) : stallMs).toBeLessThan(longestStallMs);
    expect(run?.peakMb).toBeLessThan(mostMemoryMb);
  },
  60_000,
);
