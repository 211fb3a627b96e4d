import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ourName } from './policies';
import type { Row } from './row';

const width = 760;
const height = 460;
const frame = { left: 70, right: 20, top: 40, bottom: 50 };

/**
 * Draws polls against delay for every family as `FAMILY.svg` in the folder: mean polls across, mean relative delay
 * upwards, both logarithmic.
 */
export function writePlots(folder: string, rows: Row[]): void {
  mkdirSync(folder, { recursive: true });
  for (const family of new Set(rows.map((row) => row.family))) {
    const own = rows.filter((row) => row.family === family);
    writeFileSync(join(folder, `${family}.svg`), plot(family, own));
  }
}

function plot(family: string, rows: Row[]): string {
  const x = axis(
    rows.map(({ meanPolls }) => meanPolls),
    frame.left,
    width - frame.right,
  );
  const y = axis(
    rows.map(({ meanRelativeDelay }) => 100 * meanRelativeDelay),
    height - frame.bottom,
    frame.top,
  );
  const marks = rows.map((row) => mark(row, x.place(row.meanPolls), y.place(100 * row.meanRelativeDelay)));
  const bottom = height - frame.bottom;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="white"/>
<text x="${frame.left}" y="22" font-size="15">${family}: mean delay in % of the duration against mean polls</text>
${x.ticks.map((tick) => `<path d="M${at(x, tick)} ${frame.top}V${bottom}" stroke="#ddd"/><text x="${at(x, tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`).join('\n')}
${y.ticks.map((tick) => `<path d="M${frame.left} ${at(y, tick)}H${width - frame.right}" stroke="#ddd"/><text x="${frame.left - 8}" y="${at(y, tick) + 4}" text-anchor="end">${tick} %</text>`).join('\n')}
<text x="${(frame.left + width) / 2}" y="${height - 12}" text-anchor="middle">polls</text>
${marks.join('\n')}
</svg>
`;
}

interface Axis {
  place: (value: number) => number;
  ticks: number[];
}

/** A logarithmic axis with ticks at 1, 2 and 5 times the powers of ten. */
function axis(values: number[], from: number, to: number): Axis {
  const low = Math.log10(Math.min(...values) * 0.8);
  const high = Math.log10(Math.max(...values) * 1.4);
  const place = (value: number) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const powers = Array.from({ length: 12 }, (_, index) => index - 5);
  const ticks = powers.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
  return { place, ticks: ticks.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high) };
}

const at = (axis: Axis, value: number) => Math.round(10 * axis.place(value)) / 10;

function mark({ policy }: Row, x: number, y: number): string {
  const isOurs = policy.startsWith(ourName);
  const colour = isOurs ? '#0a6' : '#c40';
  const label = isOurs ? policy.replace('backoffCoefficient ', '') : policy;
  const left = x > width * 0.7;
  const anchor = left ? ` text-anchor="end"` : '';
  const [cx, cy] = [x.toFixed(1), y.toFixed(1)];
  return `<circle cx="${cx}" cy="${cy}" r="${policy === ourName ? 6 : 4}" fill="${colour}"/><text x="${(x + (left ? -9 : 9)).toFixed(1)}" y="${(y + 4).toFixed(1)}" fill="${colour}"${anchor}>${label}</text>`;
}
