import { labelWidth, placeLabels } from '../../bench/polling/place-labels';

test('the labels of a plot stay inside, overlap neither each other nor a point', () => {
  const points = Array.from({ length: 24 }, (_, n) => ({
    x: 300 + (n % 5) * 9,
    y: 200 + (n % 7) * 5,
    label: `policy number ${n}`,
  }));
  const area = { left: 70, right: 740, top: 40, bottom: 410 };
  const boxes = placeLabels(points, area).map(({ x, y }, index) => {
    const width = labelWidth(points[index]?.label ?? '');
    return { left: x, right: x + width, top: y - 10, bottom: y + 3 };
  });
  const overlaps = boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (other) =>
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom,
      ),
  );
  expect(overlaps).toEqual([]);
  for (const box of boxes) {
    expect(box.left).toBeGreaterThanOrEqual(area.left);
    expect(box.right).toBeLessThanOrEqual(area.right);
    for (const { x, y } of points)
      expect(x > box.left && x < box.right && y > box.top && y < box.bottom).toBe(false);
  }
});
