/** The part of jStat that serves as an oracle. The package has no types of its own. */
declare module 'jstat' {
  export const jStat: {
    readonly hypgeom: { cdf(hits: number, allTrials: number, allHits: number, trials: number): number };
    readonly normal: { inv(probability: number, mean: number, deviation: number): number };
  };
}
