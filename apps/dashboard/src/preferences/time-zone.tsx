import { type Context, Hono } from 'hono';
import { destinationOf } from '../http/destination.js';
import { formOf } from '../http/form.js';
import { answerPage } from '../layout/answer-page.js';
import { Frame } from '../layout/frame.js';
import { isZone, keepZone, zoneOf } from './zone-cookie.js';

/** The page where a person chooses a time zone: the server cannot know where they are. */
export function zoneRoutes(): Hono {
  const routes = new Hono();
  const show = (c: Context, status: 200 | 400, to: string, fault?: string) =>
    answerPage(
      c,
      status,
      <Frame title="Time zone" path={undefined} session={undefined} zone={zoneOf(c)}>
        <form method="post" action="time-zone" class="narrow">
          <input type="hidden" name="to" value={to} />
          <div class={fault === undefined ? 'field' : 'field wrong'}>
            <label for="zone">Show times in</label>
            <input id="zone" name="zone" list="zones" value={zoneOf(c)} aria-describedby="zone-hint" required />
            <datalist id="zones">
              {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
                <option value={zone} />
              ))}
            </datalist>
            <span class="hint" id="zone-hint">
              Such as Europe/London. This browser keeps it for a year.
            </span>
            {fault !== undefined && <span class="fault">{fault}</span>}
          </div>
          <p class="buttons">
            <button type="submit">Use it</button>
            <a href={to}>Back</a>
          </p>
        </form>
      </Frame>,
    );

  routes.get('/time-zone', (c) => show(c, 200, destinationOf(c.req.query('to'))));
  routes.post('/time-zone', async (c) => {
    const form = await formOf(c);
    const name = form.get('zone')?.trim() ?? '';
    const to = form.get('to');
    if (!isZone(name)) return show(c, 400, destinationOf(to), 'This is no time zone that the service knows.');
    keepZone(c, name);
    return c.redirect(destinationOf(to), 303);
  });
  return routes;
}
