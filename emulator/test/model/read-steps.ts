import fc from 'fast-check';
import { kinds, teams, values } from './launch';
import type { Model } from './model';
import { filledPlaces, find, get, list, places, poll, query, type Place } from './reads';
import { step, type Step } from './step';

/** Polls a job of the model, as its own team or as the other, or one that never was. */
export const pollSteps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(fc.nat(20), fc.constantFrom('own', 'own', 'own', 'own', 'other')).map(([index, as]) =>
      step(
        `poll ${index} as its ${as} team`,
        async (model, subject) => {
          const known = model.jobs.filter(({ id }) => id !== null);
          const job = known[index % known.length];
          if (job === undefined) return;
          const other = job.team === teams[0] ? teams[1] : teams[0];
          await poll(model, subject, as === 'own' ? job.team : other, job);
        },
        ({ jobs }) => jobs.some(({ id }) => id !== null),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...teams)
      .map((team) => step('poll a job that never was', (model, subject) => poll(model, subject, team, null))),
  },
);

/** One of the places that have records, if there are any. */
function placeIn(model: Model, index: number): Place {
  const filled = filledPlaces(model);
  const pool = filled.length > 0 ? filled : places;
  return pool[index % pool.length] ?? { team: teams[0], kind: kinds[0] };
}

const placeIndex = fc.nat(places.length - 1);

/** Reads records back in all the ways there are. */
export const readSteps: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(placeIndex, fc.constantFrom(2, 7, 50))
    .map(([at, limit]) =>
      step(`list ${at} by ${limit}`, (model, subject) => list(model, subject, placeIn(model, at), limit)),
    ),
  placeIndex.map((at) => step(`query ${at}`, (model, subject) => query(model, subject, placeIn(model, at)))),
  fc.tuple(placeIndex, fc.nat(50)).map(([at, index]) =>
    step(`get ${at} ${index}`, (model, subject) => {
      const place = placeIn(model, at);
      const known = model.table(place.team, place.kind).filter(({ id }) => id !== null);
      return get(model, subject, place, known[index % known.length] ?? null);
    }),
  ),
  fc.tuple(placeIndex, fc.nat(5)).map(([at, index]) =>
    step(`find ${at} ${index}`, (model, subject) => {
      const place = placeIn(model, at);
      const pool = values[place.kind];
      return find(model, subject, place, pool[index % pool.length] ?? '');
    }),
  ),
);
