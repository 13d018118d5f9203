import {
  actor,
  aDesktopInstallation,
  aMobileInstallation,
  dateTime,
  instant,
  ownerId,
  recordId,
  text,
} from '../builders.js';
import { type ContractCase, expectEqual } from '../contract-case.js';
import type { FleetSubject } from '../fleet/searching.js';

/**
 * What the list of products promises.
 *
 * @param newSubject makes an empty store, whose clock is later than 2022-03-04
 */
export function productsContract(newSubject: () => Promise<FleetSubject>): ContractCase[] {
  return [
    {
      name: 'products are listed by audience, then people, then name, without those that no one runs',
      check: async () => {
        const { store, settle } = await newSubject();
        const { device } = aMobileInstallation();
        const firstUsed = dateTime('2021-01-01T00:00:00Z');
        const phones = ['B 1', 'B 2', 'A 3', 'b 4', 'B 1'];
        for (const [index, name] of phones.entries()) {
          const [appProduct = '', owner = ''] = name.split(' ');
          await store.patientInstallations.add(
            aMobileInstallation({
              id: recordId(`m${index}`),
              ownerId: ownerId(owner),
              firstUsed,
              device: { ...device, appProduct: text(appProduct) },
            }),
          );
        }
        const desktop = aDesktopInstallation({ firstUsed });
        await store.clinicianInstallations.add(desktop);
        await settle();
        await store.clinicianInstallations.update(desktop, {
          fields: { device: { appProduct: text('') } },
          at: instant('2022-03-05T00:00:00Z'),
          by: actor('x'),
        });
        await settle();
        const { products, omitted } = await store.queries.reports.products.countProducts();
        expectEqual(
          products,
          [
            { audience: 'clinician', appProduct: '', people: 1, installations: 1 },
            { audience: 'patient', appProduct: 'B', people: 2, installations: 3 },
            { audience: 'patient', appProduct: 'A', people: 1, installations: 1 },
            { audience: 'patient', appProduct: 'b', people: 1, installations: 1 },
          ],
          'products',
        );
        expectEqual(omitted, 0, 'left out');
      },
    },
  ];
}
