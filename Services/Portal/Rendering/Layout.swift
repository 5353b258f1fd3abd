extension StandardPage {
  /// The page in the application's frame, with the columns that it has.
  var html: HTML {
    frame.page(frame.columns(navigation, "\(head.html(in: frame))\n\(body, in: frame)", actions))
  }
}

extension DossierPage {
  /// The page in the application's frame, under the band of the person.
  var html: HTML {
    let main: HTML = "\(timeline, in: frame)\n\(head.html(in: frame))\n\(body, in: frame)"
    return frame.page("\(band.html(in: frame))\n\(frame.columns(navigation, main, actions))")
  }
}

extension BarePage {
  /// The page alone.
  var html: HTML {
    """
    <!doctype html>
    <html lang="fr">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(frame.title) · Jalons</title>
    <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/bootstrap.min.css">
    <link rel="stylesheet" href="/assets/jalons.css">
    <script src="/assets/jalons.js"></script>
    </head>
    <body class="bare">
    <a class="skip-link" href="#page">Aller au contenu</a>
    <header class="bare-brand">\(Frame.brand)\(frame.logo, { #"<img class="bare-logo" src="\#($0)" alt="">"# })\
    \(frame.county, { #"<p class="bare-county">\#($0)</p>"# })</header>
    <main class="bare-page" id="page" tabindex="-1">
    \(head.html(in: frame))
    \(body, in: frame)</main>
    \(frame.messages)
    <footer class="foot">
    \(Frame.legalLinks)
    </footer>
    </body>
    </html>

    """
  }
}

extension Frame {
  /// What stands between the columns that a page has.
  fileprivate func columns(_ navigation: Navigation?, _ main: HTML, _ actions: ActionColumn?) -> HTML {
    """
    <div class="columns\(" has-navigation", if: navigation != nil)\(" has-actions", if: actions != nil)">
    \(navigation, { $0.html })
    <main class="page" id="page" tabindex="-1">
    \(main)</main>
    \(actions, { $0.html(in: self) })
    </div>
    """
  }

  /// A whole page around `content`: everything under the bar.
  fileprivate func page(_ content: HTML) -> HTML {
    """
    <!doctype html>
    <html lang="fr">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true}'>
    <title>\(title) · Jalons</title>
    <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/bootstrap.min.css">
    <link rel="stylesheet" href="/assets/jalons.css">
    <link rel="stylesheet" href="/assets/week-grid.css">
    <script src="/assets/jalons.js"></script>
    <script src="/assets/htmx.min.js" defer></script>
    </head>
    <body\(attribute: "data-idle", idleMinutes)\(#" data-events="/evenements""#, if: isLive)>
    <a class="skip-link" href="#page">Aller au contenu</a>
    \(bar)
    \(content)
    \(messages)
    <footer class="foot">
    <span class="foot-brand">Jalons\(county, { " · \($0)" })</span>
    \(Self.legalLinks)
    <a href="/aide">Aide</a>
    <span class="printed">Imprimé le \(today)</span>
    </footer>
    \(Self.keys)
    </body>
    </html>

    """
  }

  static let brand: HTML = """
    <a class="brand" href="/" aria-label="Jalons, accueil"><svg class="brand-mark" aria-hidden="true">\
    <use href="/assets/icons.svg#jalons"/></svg><span>Jalons</span></a>
    """

  fileprivate static let legalLinks: HTML = """
    <a href="/accessibilite">Accessibilité\u{A0}: non conforme</a>
    <a href="/donnees-personnelles">Données personnelles</a>
    """

  /// The keys one may use, opened by `?`.
  private static let keys: HTML = """
    <dialog class="dialog" id="raccourcis" aria-labelledby="raccourcis-titre">
    <h2 id="raccourcis-titre">Raccourcis clavier</h2>
    <dl class="keys">
    <div><dt><kbd>/</kbd></dt><dd>Rechercher</dd></div>
    <div><dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>Passer d’une ligne à l’autre</dd></div>
    <div><dt><kbd>Entrée</kbd></dt><dd>Ouvrir la ligne</dd></div>
    <div><dt><kbd>x</kbd></dt><dd>Sélectionner la ligne</dd></div>
    <div><dt><kbd>Ctrl</kbd> <kbd>Entrée</kbd></dt><dd>Enregistrer le formulaire</dd></div>
    <div><dt><kbd>Échap</kbd></dt><dd>Fermer</dd></div>
    <div><dt><kbd>?</kbd></dt><dd>Afficher cette liste</dd></div>
    </dl>
    <form method="dialog" class="dialog-foot"><button class="btn btn-outline">Fermer</button></form>
    </dialog>
    """

  /// What was just done, where a screen reader hears it.
  fileprivate var messages: HTML {
    """
    <div class="toasts" id="messages" role="status" aria-live="polite">
    \(toasts, in: self)</div>
    """
  }

  /// The proof that a form came from us.
  var proof: HTML { "\(csrf, { #"<input type="hidden" name="csrf" value="\#($0)">"# })" }
}
