/**
 * Every word of the product, once. Names in the code are these words; a second word for the same thing is a mistake.
 *
 * certificate   What a person holds: an id, a page, one or more versions. Its file is a *credential*.
 * version       The legal content of a certificate at one time. Never edited; a correction is the next version.
 * revision      A row's counter, by which a commit sees that the row changed since it was read. (Not a version.)
 * credential    The signed JSON of one version: W3C Verifiable Credential 2.0 and Open Badges 3.0.
 * proof         A Data Integrity proof in a credential: the issuer's signature, or the Merkle proof to the chain.
 * leaf          SHA-256 of a credential with its first proof; what stands in a tree.
 * tree, root    The Merkle tree over leaves that came together, and its top.
 * path          The siblings that lead from a leaf to the root.
 * anchor        One tree and the transaction that commits its root. (Never "batch".)
 * batch         Rows that came together. (Never a tree.)
 * row           One candidate certificate of a batch, as the client sent it. (Not a database line.)
 * claim         A unique key with its holder: "this key is mine". (Not a VC claim.)
 * registry      The TestamurRegistry contract that keeps an issuer's roots and revocations on one chain.
 * network       A named chain of the configuration: `embedded`, `polygon`, …
 * lane          Everything one account sends on one chain, in the order of its nonces. Also: a kind of job's queue.
 * attempt       One set of signed bytes of a transaction; one leasing of a job.
 * issuer        Who issues: a DID, a name, a key. The sandbox is an issuer of its own.
 * template      What certificates of one kind say; its versions are frozen into the certificates issued by them.
 * partition     `live` or `test`, the sandbox. Rows of the two never meet.
 * scope         Partition and actor of a request. (A key's *permissions* are called scopes in the API, as OAuth does.)
 * hold          The time in which a certificate can be withdrawn, before anything is anchored or mailed.
 * withdraw      Undo a held certificate. Nobody outside ever sees it.
 * revoke        Take an issued certificate back: dated, public, on the chain, for good.
 * supersede     Replace a version by the next one; the old file stays authentic.
 * status list   The public bitstring by which standard verifiers see revocations.
 * event         Something that happened, appended and hash-chained; ids, numbers and dates only.
 * job           Work to be done outside a transaction, as a row. A *standing* job is woken again and again.
 * commit        A transaction as a value: rows, claims, events and jobs, all or nothing.
 * verdict       The result of verification: checks in four groups, each pass, fail or could not check.
 */
export {}
