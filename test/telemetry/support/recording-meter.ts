import type { MetricMeter, MetricTags } from '@temporalio/common';
import { MetricMeterWithComposedTags } from '@temporalio/common/lib/metrics';

/**
 * A meter that keeps the last value of each gauge, the sum of each counter and all values of each histogram, by name
 * and labels.
 */
export class RecordingMeter {
  private readonly values = new Map<string, number[]>();

  /** For what is tested. */
  readonly meter: MetricMeter = MetricMeterWithComposedTags.compose(this.bare(), {}, true);

  /** What was recorded under a name and labels, in order; a counter's or gauge's one value. */
  of(name: string, labels: MetricTags = {}): number[] {
    return this.values.get(keyOf(name, labels)) ?? [];
  }

  private bare(): MetricMeter {
    const update = (name: string, tags: MetricTags, change: (before: number[]) => number[]) => {
      const key = keyOf(name, tags);
      this.values.set(key, change(this.values.get(key) ?? []));
    };
    const untagged = () => {
      throw new Error('tags are composed by the meter around this one');
    };
    return {
      createCounter: (name) => ({
        ...{ name, kind: 'counter', valueType: 'int', withTags: untagged },
        add: (value, tags = {}) => update(name, tags, ([sum = 0]) => [sum + value]),
      }),
      createHistogram: (name, valueType = 'int') => ({
        ...{ name, kind: 'histogram', valueType, withTags: untagged },
        record: (value, tags = {}) => update(name, tags, (before) => [...before, value]),
      }),
      createGauge: (name, valueType = 'int') => ({
        ...{ name, kind: 'gauge', valueType, withTags: untagged },
        set: (value, tags = {}) => update(name, tags, () => [value]),
      }),
      withTags: untagged,
    };
  }
}

const keyOf = (name: string, labels: MetricTags): string =>
  JSON.stringify([name, Object.entries(labels).sort(([one], [other]) => one.localeCompare(other))]);
