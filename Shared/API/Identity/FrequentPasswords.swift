/// The words that French and English speakers choose first, with what they are wont to put around and into them.
public enum FrequentPasswords {
  /// Whether a password is one of the words, once or several times, with digits and signs before, after or in the place
  /// of letters: `M0tDeP@sse2026!`.
  public static func include(_ password: String) -> Bool {
    let core = letters(of: password)
    guard !core.isEmpty else { return true }
    if words.contains(core) { return true }
    // `azertyazerty`: any word again and again.
    return (1...max(1, core.count / 2)).contains { length in
      core.count % length == 0 && words.contains(String(core.prefix(length)))
        && String(repeating: String(core.prefix(length)), count: core.count / length) == core
    }
  }

  private static let stands: [Character: Character] = [
    "@": "a", "4": "a", "3": "e", "€": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t",
  ]

  private static func letters(of password: String) -> String {
    let plain = PasswordRules.plain(password)
    // Around the word, digits and signs are only padding; inside, they stand for letters.
    let trimmed = plain.drop { !$0.isLetter }.reversed().drop { !$0.isLetter }.reversed()
    return String(trimmed.map { stands[$0] ?? $0 }.filter { $0.isLetter && $0.isASCII })
  }

  /// Without accents, in lower case.
  public static let words: Set<String> = Set(
    """
    motdepasse password passwort azerty qwerty azertyuiop qwertyuiop azertyui qwertz bonjour bonsoir salut coucou
    soleil chocolat doudou loulou princesse princess marseille paris france lyon bordeaux toulouse nantes ardeche
    privas aubenas annonay jetaime jetaimepourlavie iloveyou amour monamour moncoeur cheval chouchou chouchoute
    camille nicolas julien thomas maxime alexandre antoine charlotte sophie isabelle nathalie caroline stephanie
    christophe philippe frederic sebastien laurent vincent olivier michel pierre bernard daniel martin marie julie
    celine aurelie emilie pauline mathilde manon chloe lucas hugo louis arthur gabriel raphael football basket
    rugby handball tennis olympique zidane ronaldo messi liverpool arsenal chelsea barcelona realmadrid superman
    batman spiderman starwars pokemon pikachu naruto dragon dragonball monkey shadow master killer hunter soccer
    hockey baseball jordan michael jennifer jessica ashley andrew matthew charlie robert welcome bienvenue letmein
    entrez login admin administrateur administrator root test testtest demo invite guest user utilisateur default
    changeme changezmoi secret topsecret trustno sunshine summer winter spring autumn printemps ete automne hiver
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi
    vendredi samedi dimanche monday friday flower freedom whatever computer internet ordinateur bureau travail
    maison famille vacances voiture camion bateau moto yamaha ferrari porsche mercedes peugeot renault citroen
    google facebook microsoft windows linux apple samsung orange sfr free bouygues laposte caramel biscuit nutella
    cookie cerise fraise vanille tigre lion minou minette chaton chien chat poisson papillon licorne dauphin loup
    ours jalons insertion departement conseil conseildepartemental referent beneficiaire rsa accompagnement social
    service structure mairie prefecture azertyqwerty motdepassemotdepasse passwordpassword abcdef abcdefgh
    abcdefghijkl aqwzsx wxcvbn qsdfgh asdfgh zxcvbn qazwsx azeqsd
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
