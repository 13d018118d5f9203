import { Withheld } from '../../layout/withheld.js';
import { linkTo } from '../../links.js';
import type { Visit } from '../../page.js';
import { ERASE, EXPORT } from '../../scopes.js';

interface RightsProps {
  readonly id: string;
  readonly may: Visit['may'];
}

/** What a person may request: their data, and their erasure. */
export function Rights({ id, may }: RightsProps) {
  return (
    <section class="on-screen">
      <h2>Rights of the person</h2>
      <p class="buttons">
        {may(EXPORT) && (
          <a class="button" href={linkTo('personal-data.json', { id })} download>
            Download all personal data (JSON)
          </a>
        )}
        {may(ERASE) && <a href={linkTo('erase', { id })}>Erase the person …</a>}
      </p>
      {!may(EXPORT) && <Withheld what="The export of personal data is" needs={EXPORT} />}
      {!may(ERASE) && <Withheld what="The erasure is" needs={ERASE} />}
    </section>
  );
}
