/** Ids of the documentation’s examples; the patient is the one that `npm start` prints a token for. */
export const EXAMPLE_IDS = {
  patient: '11111111-2222-4333-8444-555555555555',
  clinician: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  record: '8a8a27a2-6d3f-4d4e-9c59-0f5a2b6f7c01',
} as const;
