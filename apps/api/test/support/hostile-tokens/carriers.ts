import { bearer, type HostileFamily } from './making.js';

/** Authorization headers that hold no token, or several. */
export const carriers: HostileFamily = {
  'no header': () => [],
  'empty header': () => [''],
  'two headers, both good': (world) => [bearer(world.internalToken()), bearer(world.internalToken())],
  'two headers, one good': (world) => [bearer(world.internalToken()), 'Basic eDp5'],
  'another scheme': () => ['Basic eDp5'],
  'another scheme with a good token': (world) => [`Token ${world.internalToken()}`],
  'scheme alone': () => ['Bearer'],
  'scheme and spaces': () => ['Bearer   '],
  'scheme joined to the token': (world) => [`Bearer${world.internalToken()}`],
  'token alone': (world) => [world.internalToken()],
  'tab for space': (world) => [`Bearer\t${world.internalToken()}`],
  'two tokens': (world) => [`Bearer ${world.internalToken()} ${world.internalToken()}`],
  'two credentials in one header': (world) => [`Bearer ${world.internalToken()}, Bearer ${world.internalToken()}`],
  'quoted token': (world) => [`Bearer "${world.internalToken()}"`],
  'very long token': (world) => [bearer(world.internalToken({ padding: 'x'.repeat(20_000) }))],
  'very long nonsense': () => [bearer('x'.repeat(1_000_000))],
};
