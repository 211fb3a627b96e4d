import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeLabels, type PlacedLabel } from './place-labels';
import { ourName } from './policies';
import type { Row } from './row';

const width = 760;
const height = 460;
const frame = { left: 70, right: 20, top: 40, bottom: 50 };

/**
 * Draws polls against delay as `FAMILY.svg` in the folder, for every family: mean polls on the x axis, mean relative
 * delay on the y axis, both logarithmic.
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
  const bottom = height - frame.bottom;
  const points = rows.map((row) => ({
    x: x.place(row.meanPolls),
    y: y.place(100 * row.meanRelativeDelay),
    label: labelOf(row),
  }));
  const area = { left: frame.left, right: width - frame.right, top: frame.top, bottom };
  const labels = placeLabels(points, area);
  const marks = rows.map((row, index) => mark(row, points[index] ?? { x: 0, y: 0 }, labels[index]));
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

const labelOf = ({ policy }: Row): string =>
  policy.startsWith(ourName) ? policy.replace('backoffCoefficient ', '') : policy;

function mark(row: Row, { x, y }: { x: number; y: number }, label: PlacedLabel = { x, y }): string {
  const colour = row.policy.startsWith(ourName) ? '#0a6' : '#c40';
  const radius = row.policy === ourName ? 6 : 4;
  const [cx, cy] = [x.toFixed(1), y.toFixed(1)];
  const [left, line] = [label.x.toFixed(1), label.y.toFixed(1)];
  // Connects a label that had to move with its point.
  const isAway = Math.abs(label.y - y) > 12;
  const joint = isAway
    ? `<path d="M${cx} ${cy}L${left} ${(label.y - 4).toFixed(1)}" stroke="${colour}" stroke-opacity="0.4"/>`
    : '';
  return `${joint}<circle cx="${cx}" cy="${cy}" r="${radius}" fill="${colour}"/><text x="${left}" y="${line}" fill="${colour}">${labelOf(row)}</text>`;
}
