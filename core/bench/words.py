"""Words that the made-up companies, people and places of the bench consist of."""


def _words(text: str) -> list[str]:
    return text.split()


MEN = _words("""
Abdulla Akmal Alisher Anvar Asror Aziz Bahodir Baxtiyor Bekzod Bobur Botir Davron Dilmurod Diyor
Doniyor Elbek Eldor Farhod Farrux Gʻayrat Hamid Hasan Husan Ibrohim Ilhom Islom Jahongir Jamshid
Jasur Javohir Kamol Komil Laziz Mansur Maʼruf Mirzo Murod Muzaffar Nodir Nurali Odil Olim Otabek
Oybek Oʻktam Oʻtkir Ravshan Rustam Sanjar Sardor Shavkat Sherzod Shuhrat Sobir Sunnat Temur Toʻlqin
Ulugʻbek Umid Vohid Xurshid Yoʻldosh Zafar Ziyod
""")
WOMEN = _words("""
Adolat Aziza Barno Charos Dildora Dilfuza Dilnoza Durdona Farangiz Feruza Fotima Gulbahor Gulchehra
Gulnora Gulsanam Hilola Iroda Kamola Komila Lobar Lola Madina Mahliyo Maftuna Malika Mavluda
Mohira Munisa Nafisa Nargiza Nasiba Nigora Nilufar Nodira Oydin Oygul Ozoda Oʻgʻiloy Raʼno Rayhona
Robiya Saida Salima Saodat Sevara Shahnoza Shahlo Shoira Surayyo Umida Xurshida Yulduz Zamira
Zarina Zebo Zilola Zuhra Zulfiya
""")
FAMILIES = _words("""
Abdullayev Abdurahmonov Ahmedov Aliyev Aminov Asqarov Azimov Bekmurodov Berdiyev Boboyev Boltayev
Choriyev Davronov Ergashev Eshonqulov Fayziyev Fozilov Gʻafurov Gʻaniyev Gʻulomov Hakimov Hamroyev
Haydarov Hoshimov Ibragimov Ismoilov Jalilov Joʻrayev Jumayev Karimov Komilov Mahmudov Mamatov
Mirzayev Murodov Musayev Nazarov Normatov Nurmatov Olimov Ortiqov Oʻrinov Poʻlatov Qodirov Qosimov
Rahimov Rahmonov Rasulov Rustamov Saidov Salimov Sattorov Sharipov Shodiyev Sobirov Soliyev
Sultonov Tojiyev Toshpoʻlatov Turgʻunov Umarov Usmonov Valiyev Xolmatov Xoʻjayev Yoʻldoshev
Yusupov Zokirov
""")
FIRM_NAMES = _words("""
Afrosiyob Andijon Baraka Bahor Barchin Besh Bodom Boʻston Buloq Chilonzor Chinor Chorsu Dehqon
Diyor Doʻstlik Durdona Fargʻona Farovon Gulbahor Gulzor Hamkor Humo Ipak Istiqlol Jayhun Karvon
Kamalak Kelajak Lochin Lola Mahalla Mehnat Mehr Muruvvat Navbahor Navroʻz Nihol Nur Obod Oltin
Omad Orzu Osiyo Oydin Oʻzbegim Paxta Parvoz Qalampir Qoʻngʻirot Registon Ravnaq Rohat Saodat
Sardoba Sarbon Shafran Shalola Sharq Sifat Sirdaryo Sogʻdiyona Tabassum Tong Turon Umid Vodiy
Xazina Xumo Yangi Yulduz Zafar Zamin Zarafshon Ziyo
""")
FIRM_TRADES = _words("""
Agro Avto Bozor Chorva Don Elektro Eksport Farm Gilam Gisht Invest Kimyo Konserva Logistika Market
Mebel Med Meva Nasl Non Oziq Plast Poligraf Qurilish Savdo Servis Shirinlik Stroy Sut Taʼminot
Teks Texno Tola Transport Usta Yogʻ
""")
FIRM_FORMS = ("MChJ", "MChJ", "MChJ", "XK", "AJ", "QK", "savdo uyi", "fermer xoʻjaligi")
CITIES = _words("""
Toshkent Samarqand Namangan Andijon Nukus Fargʻona Buxoro Qarshi Qoʻqon Margʻilon Angren Jizzax
Chirchiq Urganch Termiz Shahrisabz Olmaliq Navoiy Guliston Bekobod Denov Kattaqoʻrgʻon Xiva
Zarafshon Chust Oqtosh Xonobod Asaka Koson Yangiyoʻl Shahrixon Gʻijduvon Beshariq Quva Quvasoy
Kitob Yangiyer Chortoq Parkent Piskent Boysun Sherobod Jomboy Urgut Bulungʻur Ishtixon Payariq
Nurota Konimex Uchquduq Gazli Kogon Vobkent Romitan Shofirkon Qorakoʻl Olot Jondor Peshkuv
Chiroqchi Gʻuzor Dehqonobod Kasbi Mirishkor Muborak Nishon Qamashi Yakkabogʻ Sariosiyo Shoʻrchi
Qumqoʻrgʻon Jarqoʻrgʻon Muzrabot Angor Oltinsoy Uzun Bandixon Sirdaryo Boyovut Xovos Sayxunobod
Sardoba Mirzaobod Oqoltin Doʻstlik Paxtakor Gagarin Zomin Forish Baxmal Gʻallaorol Mirzachoʻl
Arnasoy Zafarobod Yangiobod Ohangaron Boʻka Chinoz Qibray Zangiota Keles Nurafshon Oqqoʻrgʻon
Gʻazalkent Iskandar Toʻytepa Doʻstobod Marhamat Poytugʻ Paxtaobod Qoʻrgʻontepa Jalaquduq
Izboskan Oltinkoʻl Baliqchi Buloqboshi Xoʻjaobod Ulugʻnor Kosonsoy Pop Uychi Uchqoʻrgʻon
Yangiqoʻrgʻon Toʻraqoʻrgʻon Mingbuloq Norin Davlatobod Rishton Bagʻdod Oltiariq Buvayda Dangʻara
Furqat Uchkoʻprik Yozyovon Toshloq Soʻx Hazorasp Xonqa Gurlan Shovot Bogʻot Qoʻshkoʻpir
Yangiariq Yangibozor Tuproqqalʼa Beruniy Toʻrtkoʻl Xoʻjayli Qoʻngʻirot Chimboy Moʻynoq Manʼgʻit
Taxiatosh Ellikqalʼa Kegeyli Qoraoʻzak Shumanay Taxtakoʻpir
""")
REGIONS = _words("""
Andijon Buxoro Fargʻona Jizzax Namangan Navoiy Qashqadaryo Qoraqalpogʻiston Samarqand Sirdaryo
Surxondaryo Toshkent Xorazm
""")
STREETS = _words("""
Amir Temur Alisher Navoiy Bobur Bunyodkor Furqat Gulobod Istiqlol Lola Mustaqillik Navroʻz Oqtepa
Shota Rustaveli Tinchlik Yangi hayot Zulfiya
""")
JOBS = (
    "Direktor",
    "Bosh hisobchi",
    "Taʼminot boshligʻi",
    "Savdo menejeri",
    "Ombor mudiri",
    "Haydovchi",
    "Kotiba",
    "Muhandis",
)
NOTES = (
    "",
    "",
    "Yukni ertalab qabul qiladi.",
    "Narxlarni har oy boshida soʻraydi.",
    "Faqat oʻtkazma bilan toʻlaydi.",
    "Qoʻngʻiroqni tushdan keyin qilgan maʼqul.",
)
MOBILE_CODES = ("90", "91", "93", "94", "95", "97", "98", "99")
