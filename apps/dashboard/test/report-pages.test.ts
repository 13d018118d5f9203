import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { adoptionReport, reportsOf } from './support/reports.js';
import { dashboardOver, problem, tokenOf } from './support/scripted-api.js';

/** A page as a person with these scopes sees it, and what the API was asked. */
async function look(path: string, api = reportsOf(), scope = 'read:gdm_telemetry_fleet') {
  const { enter, send, calls, errors } = dashboardOver(api, tokenOf({ scope }));
  await enter();
  const response = await send(path);
  const html = (await response.text()).replaceAll('\u00a0', ' ');
  expect(errors).toEqual([]);
  return { html, response, asked: calls.map(({ url }) => `${url.pathname.split('/').at(-1)}?${url.searchParams}`) };
}

const PAGES = ['.', 'adoption', 'breakdown', 'releases', 'meter-verification'];

describe('the overview', () => {
  it('says what is to know of each report in a sentence', async () => {
    const { html, response } = await look('.');
    expect(response.status).toBe(200);
    for (const finding of [
      'GDM is used by 40 patients and 8 clinicians.',
      '4.2.0 is the largest group: 28 of 40 patients (70 %).',
      '12 of 40 patients (30 %) run a version below 4.2.0.',
      '4.2.0 went from 9 to 28 of 40 patients (70 %) between 15 Nov 2026 and 26 Nov 2026.',
      '4.2.0 reached half of the patients in 7 days.',
      'Phone model 4.2.0 disagrees more than the rest: 5 of 12.',
    ]) {
      expect(html).toContain(`<p class="finding">${finding}`.replace('<p class="finding">Phone', 'Phone'));
    }
  });

  it('is about the product that most people have, until the address says another', async () => {
    const { asked } = await look('.');
    expect(asked).toEqual([
      'products?',
      'releases?audience=patient&app_product=GDM',
      'breakdown?audience=patient&app_product=GDM&by=app_version&top=6',
      'adoption?audience=patient&app_product=GDM&top=6',
      'meter_verification?app_product=GDM&by=model',
      'outdated?audience=patient&app_product=GDM&below=4.2.0',
    ]);
    const clinicians = await look('.?audience=clinician');
    expect(clinicians.asked).toContain('releases?audience=clinician&app_product=GDM');
    expect(clinicians.asked.join()).not.toContain('meter_verification');
    expect((await look('.?app_product=Other+one')).asked).toContain('releases?audience=patient&app_product=Other+one');
  });

  it('links its figures to the people in them', async () => {
    const { html } = await look('.');
    expect(html).toContain('<a href="patients?app_product=GDM&amp;app_version=4.2.0">28</a>');
    expect(html).toContain('<a href="patients?app_product=GDM&amp;app_version_below=4.2.0">12</a>');
    expect(html).toContain('<a href="meters?latest=told&amp;model=m">12</a>');
    expect(html).toContain('<a href="meters?latest=told&amp;model=m&amp;is_bg_value_correct=false">5</a>');
  });

  it('links to no one if the token may not search', async () => {
    const { html } = await look('.', reportsOf(), 'read:gdm_telemetry_reports');
    expect(html).toContain('4.2.0 reached half');
    expect(html).not.toMatch(/href="(patients|clinicians|meters)/);
  });

  it('says why in the place of a report that fails, and the others stand', async () => {
    const failing = {
      adoption: [503, 'The state of the fleet is 41 % built.'],
      breakdown: [403, 'Not for you.'],
    } as const;
    const { html, response } = await look('.', reportsOf({ failing }));
    expect(response.status).toBe(200);
    expect(html).toContain('The state of the fleet is 41 % built.');
    expect(html).toContain('Not for you.');
    expect(html).toContain('4.2.0 reached half of the patients in 7 days.');
    expect(html).toContain('12 of 40 patients (30 %) run a version below 4.2.0.');
  });

  it('stands without the releases, which two of its parts need', async () => {
    const { html } = await look('.', reportsOf({ failing: { releases: [503, 'Too slow.'] } }));
    expect(html.match(/Too slow\./g)).toHaveLength(2);
    expect(html).toContain('4.2.0 is the largest group');
  });

  it('asks below which version, and says what is wrong with one', async () => {
    const { html, asked } = await look('.?below=4.1');
    expect(asked).toContain('outdated?audience=patient&app_product=GDM&below=4.1');
    expect(html).toContain('value="4.1"');
    const unordered = await look('.?below=x', (url, init) =>
      url.pathname.endsWith('outdated')
        ? problem(400, 'The query string is not valid.', [{ path: '?below', message: 'must be a version' }])
        : reportsOf()(url, init),
    );
    expect(unordered.html).toContain('<span class="fault" id="below-fault">must be a version</span>');
    expect(unordered.html).toContain('4.2.0 reached half');
  });

  it('says that nothing is installed', async () => {
    const { html } = await look('.', () => ({ as_of: '2026-11-26T08:59:06.428Z', results: [] }));
    expect(html).toContain('Nothing is installed yet');
  });
});

describe('adoption', () => {
  it('shows a week’s days as chart and table, the newest first, and links today’s people alone', async () => {
    const { html, asked } = await look('adoption?from=2026-11-01');
    expect(asked).toEqual(['products?', 'adoption?from=2026-11-01&audience=patient&app_product=GDM&interval=week']);
    expect(html).toMatch(
      /<svg class="plot" role="img"[^>]*><title id="adoption-title">Patients of GDM by version, 15 Nov 2026 to 26 Nov 2026/,
    );
    expect(html.indexOf('<span>26 Nov 2026</span>')).toBeLessThan(html.indexOf('<span>15 Nov 2026</span>'));
    expect(html).toContain('<a href="patients?app_product=GDM&amp;app_version=4.2.0">28</a>');
    expect(html).not.toContain('app_version=4.2.0">19</a>');
    expect(html).toContain('2 other');
    expect(html).toContain('unknown');
    expect(html).toContain('Which version ran before 20 Nov 2026 is unknown');
    expect(html).toContain('clock was wrong: 3.');
  });

  it('leads to its table as a file with the parameters that it has', async () => {
    const { html } = await look('adoption?top=3');
    expect(html).toContain(
      '<a href="adoption.csv?top=3&amp;audience=patient&amp;app_product=GDM&amp;interval=week" download="">',
    );
  });

  it('links to no one if its last day is over', async () => {
    const past = adoptionReport('4.2.0', ['2026-11-01', '2026-11-08']);
    const { html } = await look('adoption?to=2026-11-08', (url, init) =>
      url.pathname.endsWith('adoption') ? past : reportsOf()(url, init),
    );
    expect(html).not.toContain('href="patients?');
    expect(html).toContain('8 Nov 2026');
  });

  it('says what is wrong beside the field', async () => {
    const { html } = await look('adoption?top=99', (url, init) =>
      url.pathname.endsWith('adoption')
        ? problem(400, 'The query string is not valid.', [{ path: '?top', message: 'must be from 1 to 50' }])
        : reportsOf()(url, init),
    );
    expect(html).toContain('<span class="fault" id="top-fault">must be from 1 to 50</span>');
    expect(html).not.toContain('class="plot"');
  });
});

describe('breakdown', () => {
  it('divides by what the form sends one by one, and the address with commas', async () => {
    const expected = 'breakdown?by=model%2Capp_version&audience=patient&app_product=GDM&top=20';
    expect((await look('breakdown?by=model&by=app_version')).asked).toContain(expected);
    const { html, asked } = await look('breakdown?by=model,app_version');
    expect(asked).toContain(expected);
    expect(html).toContain('a model, 4.2.0 is the largest group: 28 of 40 patients (70 %).');
    expect(html).toContain('<a href="patients?app_product=GDM&amp;model=a+model&amp;app_version=4.2.0">28</a>');
    expect(html).toContain('<a href="breakdown.csv?by=model%2Capp_version&amp;');
    expect(html).toContain('1 smaller group with 12 patients left out');
  });

  it('passes its filters on, and offers those of the people that it is about', async () => {
    const { asked, html } = await look('breakdown?manufacturer=Apple&manufacturer=Google&app_version_below=4.2');
    expect(asked[1]).toBe(
      'breakdown?manufacturer=Apple&manufacturer=Google&app_version_below=4.2&audience=patient&app_product=GDM&by=app_version&top=20',
    );
    expect(html).toContain('name="phone_os"');
    expect(html).toContain('<details open="">');
    expect((await look('breakdown')).html).toContain('<details><summary>More filters');
    const clinicians = (await look('breakdown?audience=clinician')).html;
    expect(clinicians).toContain('name="desktop_os"');
    expect(clinicians).not.toContain('name="phone_os"');
  });
});

describe('releases', () => {
  it('draws the newest ones from their first day on, over the days since the earliest of them', async () => {
    const { html, asked } = await look('releases?newest=2&days=30');
    expect(asked).toEqual([
      'products?',
      'releases?audience=patient&app_product=GDM',
      'adoption?audience=patient&app_product=GDM&from=2026-11-01&to=2026-11-26&top=50',
    ]);
    // 9, 19 and 28 of 40 patients, 0, 7 and 11 days after the first; the other one's first day is two weeks earlier.
    expect(html).toContain('d="M0,775L280,525L440,300"');
    expect(html).toContain('3 older ones left out');
    expect(html).toContain('href="releases.csv?audience=patient&amp;app_product=GDM"');
  });

  it('says why in the place of the chart, and the table stands', async () => {
    const { html, response } = await look('releases', reportsOf({ failing: { adoption: [503, 'Too slow.'] } }));
    expect(response.status).toBe(200);
    expect(html).toContain('Too slow.');
    expect(html).not.toContain('class="plot"');
    expect(html).toContain('<a href="patients?app_product=GDM&amp;app_version=4.2.0">28</a>');
  });
});

describe('meter verification', () => {
  it('cautions, shows no rate without interval and number, and flags', async () => {
    const { html, asked } = await look('meter-verification?unit=reading');
    expect(asked).toContain('meter_verification?unit=reading&by=model&top=50');
    expect(html).toContain('It is no measure of a meter’s accuracy (ISO 15197).');
    expect(html).toContain('Patients disagree with 5 of 22 readings (22.7 %; 95 % interval 10.0–43.0 %).');
    expect(html).toContain('19.3–68.0 %');
    expect(html).toContain('<span class="flag high">more than the rest</span>');
    expect(html).toContain('unknown phone');
    expect(html.match(/class="point high"/g)).toHaveLength(2);
  });

  it('offers serial numbers only if the token may search', async () => {
    expect((await look('meter-verification')).html).toContain('value="serial_number"');
    const { html } = await look('meter-verification', reportsOf(), 'read:gdm_telemetry_reports');
    expect(html).not.toContain('serial_number');
  });
});

describe('a report as a file', () => {
  it.each(['adoption', 'releases', 'outdated', 'breakdown', 'meter-verification'])(
    '%s is the API’s own',
    async (report) => {
      const { response, html, asked } = await look(`${report}.csv?audience=patient&app_version=a&app_version=b`);
      const name = report.replace('-', '_');
      expect(response.status).toBe(200);
      expect(html).toBe(`${name},people\r\n`);
      expect(asked).toEqual([`${name}?audience=patient&app_version=a&app_version=b`]);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="${report}.csv"`,
        'cache-control': 'no-store',
      });
    },
  );
});

describe('every page of a report', () => {
  const HOSTILE = '</svg></title><script>alert(1)</script>\u202e"\'&';

  it.each(PAGES)('%s shows a hostile version as text, without a style or a script', async (path) => {
    const { html, response } = await look(path, reportsOf({ newest: HOSTILE }));
    expect(response.status).toBe(200);
    expect(html).toContain('&lt;/svg&gt;');
    expect(html).not.toMatch(/<script|\sstyle=|<style|\son\w+=/);
    expect(html.match(/<svg/g)?.length).toBe(html.match(/<\/svg>/g)?.length);
    // Turned text stays within its own element, or is written as its code point.
    expect(html.replace(/<bdi[^>]*>[^<]*<\/bdi>|"[^"]*"/g, '').includes('\u202e')).toBe(false);
  });

  it.each(PAGES)('%s names each chart, describes it, and has a table below it', async (path) => {
    const { html } = await look(path);
    for (const [, title = '', desc = ''] of html.matchAll(/role="img" aria-labelledby="(\S+) (\S+)"/g)) {
      expect(html).toMatch(new RegExp(`<title id="${title}">[^<]{20,}</title><desc id="${desc}">[^<]{20,}</desc>`));
    }
    expect(html).toContain('<caption>');
  });

  it.each(PAGES)('%s says that the fleet is being built', async (path) => {
    const { html, response } = await look(path, () => problem(503, 'The state is being built: 41 %.'));
    expect(response.status).toBe(503);
    expect(html).toContain('The state is being built: 41 %.');
  });

  describe('stays below 30 kB, compressed, with as much as one may ask for:', () => {
    const name = (index: number) => `4.${index}.0-rc.${index}+build.20261126.${index * 7919}`;
    const sizeOf = async (path: string, report: string, large: object) => {
      const { html } = await look(path, (url, init) =>
        url.pathname.endsWith(report) ? large : reportsOf()(url, init),
      );
      expect(html).toContain(name(7));
      return { size: gzipSync(html).length, html };
    };

    it('adoption', async () => {
      const days = Array.from({ length: 1000 }, (_, day) =>
        new Date(Date.UTC(2024, 1, 1 + day)).toISOString().slice(0, 10),
      );
      const series = Array.from({ length: 50 }, (_, index) => ({
        app_version: name(index),
        people: days.map((_, day) => (day * (index + 3) * 7919) % 1009),
      }));
      const large = { ...adoptionReport('4', days), series, people: days.map(() => 50_000) };
      const { size, html } = await sizeOf('adoption?interval=day&top=50', 'adoption', large);
      expect(size).toBeLessThan(30_000);
      expect(html).toMatch(/the \d{3} earlier days are in the CSV/);
    });

    it('breakdown', async () => {
      const results = Array.from({ length: 1000 }, (_, index) => ({
        app_version: name(index),
        model: `SM-${index * 31}`,
        people: 2000 - index,
        share: (2000 - index) / 1_500_000,
        search: `/dhos/v1/telemetry/patients?app_product=GDM&app_version=${encodeURIComponent(name(index))}&model=SM-${index * 31}`,
      }));
      const large = {
        as_of: '2026-11-26T08:59:06.428Z',
        people: 1_500_000,
        results,
        other: { groups: 5, people: 500 },
      };
      const { size, html } = await sizeOf('breakdown?by=app_version,model&top=1000', 'breakdown', large);
      expect(size).toBeLessThan(30_000);
      expect(html).toContain('805 smaller groups with 1,120,900 patients left out');
    });

    it('meter verification', async () => {
      const results = Array.from({ length: 1000 }, (_, index) => ({
        app_version: name(index),
        told: 2000 - index,
        disagree: index,
        rate: index / (2000 - index),
        low: index / 3001,
        high: index / 1001,
        p_value: 1 / (index + 3),
        q_value: 1 / (index + 2),
        flag: index < 30 ? 'high' : null,
        search: `/dhos/v1/telemetry/blood_glucose_meters?latest=told&app_version=${encodeURIComponent(name(index))}`,
      }));
      const all = { unit: 'meter', told: 1_500_500, disagree: 499_500, rate: 0.33, low: 0.32, high: 0.34 };
      const large = { as_of: '2026-11-26T08:59:06.428Z', ...all, results, other: { groups: 0, told: 0, disagree: 0 } };
      const { size, html } = await sizeOf('meter-verification?by=app_version&top=1000', 'meter_verification', large);
      expect(size).toBeLessThan(30_000);
      expect(html).toContain('800 further groups left out');
    });
  });
});
