/** A point of a plot and its label, in pixels. */
export interface LabelledPoint {
  x: number;
  y: number;
  label: string;
}

/** Where a label starts; `y` is its baseline. */
export interface PlacedLabel {
  x: number;
  y: number;
}

/** The area available to labels. */
interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Box extends Area {
  isMark?: boolean;
}

/** At a font size of 12: more than the average width of a sans-serif letter. */
const letterWidth = 7;
const ascent = 10;
const descent = 3;
const markRadius = 7;
const maxDistance = 40;

/** Maximum drawn width of a label. */
export const labelWidth = (label: string): number => label.length * letterWidth;

/**
 * Places a label beside each point so that no two overlap and none covers a point: to the right if there is room, else
 * to the left, else likewise on the lines above and below, nearest first.
 */
export function placeLabels(points: readonly LabelledPoint[], area: Area): PlacedLabel[] {
  const taken: Box[] = points.map(({ x, y }) => boxAround(x, y));
  return points.map((point) => {
    const places = candidates(point);
    const free = places.find((place) => isFree(boxOf(place, point.label), taken, area));
    const place = free ?? places[0] ?? point;
    taken.push(boxOf(place, point.label));
    return place;
  });
}

function candidates({ x, y, label }: LabelledPoint): PlacedLabel[] {
  const width = labelWidth(label);
  const sides = [x + markRadius + 2, x - markRadius - 2 - width, x - width / 2];
  const lines = Array.from({ length: maxDistance }, (_, line) => [line * 7, line * -7]).flat();
  return lines.flatMap((away) => sides.map((left) => ({ x: left, y: y + 4 + away })));
}

const boxAround = (x: number, y: number): Box => ({
  ...{ left: x - markRadius, right: x + markRadius },
  ...{ top: y - markRadius, bottom: y + markRadius },
});

const boxOf = ({ x, y }: PlacedLabel, label: string): Box => ({
  ...{ left: x, right: x + labelWidth(label) },
  ...{ top: y - ascent, bottom: y + descent },
});

function isFree(box: Box, taken: readonly Box[], area: Area): boolean {
  const isInside =
    box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
  const overlaps = (other: Box) =>
    box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  return isInside && !taken.some(overlaps);
}
